/* The owner of a channel, from the first account to the last reading. */
'use strict';
const assert = require('assert');

const PASSWORD = 'correct horse';
const CSV = 'created_at,entry_id,field1,field2\n'
    + '2025-06-01T10:00:00Z,1,17.25,40\n'
    + '2025-06-01T10:10:00Z,2,17.50,41\n'
    + '2025-06-01T10:20:00Z,3,17.75,42\n';

/* What stands under "Addresses to copy" of a key. */
async function address(p, key, what)
{
    await p.unfold('Addresses to copy', key);
    const input = p.inside(key).getByLabel(what, { exact: true });

    assert.ok(await input.isVisible());
    return input.inputValue();
}

async function firstAccount(p)
{
    await p.go('/');
    await p.sees('There is no channel yet');
    await p.page.locator('main').getByRole('link', { name: 'Register' })
        .waitFor();
    await p.follow(p.link('Register').first());
    await p.fill('Username', 'anna');
    await p.fill('Password', PASSWORD);
    await p.clickButton('Register');
    p.at('/auth/login');
    await p.fill('Username', 'anna');
    await p.fill('Password', PASSWORD);
    await p.clickButton('Log In');
    p.at('/');
    await p.sees('anna', 'Log Out');
}

async function makeChannel(p)
{
    await p.clickLink('Create a channel');
    await p.fill('Name', 'Garden');
    await p.fill('Field 1, label', 'Outside');
    await p.fill('Unit of field 1', '°C');
    await p.fill('Field 2, label', 'Humidity');
    await p.fill('Unit of field 2', '%');
    await p.clickButton('Create');
    p.at('/channels/1/connect');
    await p.clickLink('Keys');
    await p.sees('Write key', 'Read key');
}

async function sendWhatItSays(p)
{
    const url = await address(p, 'Write key', 'Send a reading');

    assert.ok(url.startsWith(p.server.origin + '/update?api_key='), url);
    assert.strictEqual(await p.server.send(url), '1');
    await p.clickLink('Almanac');
    p.at('/');
    await p.sees('Garden', 'Outside', '21.5 °C', 'Humidity', 'Nothing yet');
}

async function edit(p)
{
    await p.clickLink('Garden');
    p.at('/channels/1');
    await p.clickLink('Edit');
    await p.fill('Name', 'Garden <b> & hut');
    await p.fill('Show in, field 1', '°F');
    await p.tick('Public');
    await p.clickButton('Save');
    await p.go('/channels/1');
    await p.sees('Garden <b> & hut', '71 °F');
    await p.lacks('Private');
    await p.clickLink('Edit');
    await p.fill('Show in, field 1', '');
    await p.clickButton('Save');
}

async function renewKey(p)
{
    await p.go('/channels/1/keys');
    const before = await address(p, 'Write key', 'Send a reading');

    await p.unfold('Renew or remove', 'Write key');
    await p.clickButton('Renew', 'Write key');
    const after = await address(p, 'Write key', 'Send a reading');

    assert.notStrictEqual(before, after);
    assert.notStrictEqual(await p.server.send(before), '2');
    assert.strictEqual(await p.server.send(after), '2');
}

async function acceptDevice(p)
{
    await p.go('/channels/1/keys');
    const url = await address(p, 'Write key',
        'The same with a station’s name, all in the path');

    const mine = url.replace(/mac=[^/]*/, 'mac=6c:rf:7f:2b:0e:g8');
    const other = url.replace(/mac=[^/]*/, 'mac=other');

    assert.ok(mine !== url, url);
    const said = await p.server.send(mine);

    await p.clickLink('Devices');
    await p.sees('6c:rf:7f:2b:0e:g8', 'These have sent, and may go on.');
    await p.clickButton('Accept 6c:rf:7f:2b:0e:g8');
    await p.sees('only these may send');
    assert.notStrictEqual(await p.server.send(other), said);
    await p.clickButton('Forget 6c:rf:7f:2b:0e:g8');
    await p.sees('No device has named itself yet');
}

async function importFile(p)
{
    await p.clickLink('Import');
    await p.pickFile('CSV file, at most 16 MiB', 'feeds.csv', CSV);
    await p.clickButton('Import');
    await p.sees('3 readings were stored.');
    await p.pickFile('CSV file, at most 16 MiB', 'feeds.csv', CSV);
    await p.clickButton('Import');
    await p.sees('0 readings were stored. 3 were here already');
}

async function exportFile(p)
{
    await p.clickLink('Export');
    const file = await p.take(p.page.getByRole('group', { name: 'Everything' })
        .getByRole('button', { name: 'Download CSV', exact: true }));

    assert.match(file.name, /\.csv$/);
    assert.strictEqual(file.text,
        p.server.do(['export', '--channel', '1']));
    assert.match(file.text, /2025-06-01T10:20:00\S*,\d+,17\.75,42/);
}

async function clearAndDelete(p)
{
    await p.clickLink('Edit');
    await p.clickLink('Clear the readings…');
    await p.sees('6 readings would be lost for good');
    await p.press(p.button('Clear'), 'Enter'); /* the box is required */
    p.at('/channels/1/clear');
    await p.tick('Yes, remove 6 readings of Garden <b> & hut');
    await p.clickButton('Clear');
    await p.go('/channels/1');
    await p.sees('Nothing yet');
    await p.clickLink('Edit');
    await p.clickLink('Delete the channel…');
    await p.fill('Type the channel’s name to delete it', 'Garden');
    await p.clickButton('Delete');
    p.at('/channels/1/delete');
    await p.fill('Type the channel’s name to delete it', 'Garden <b> & hut');
    await p.clickButton('Delete');
    await p.sees('You have no channel yet');
    await p.go('/channels/1', 404);
}

exports.stories = {
    'the owner of a channel': async (t) => {
        const p = await t.person();

        await t.step('registers and logs in', () => firstAccount(p));
        await t.step('makes a channel', () => makeChannel(p));
        await t.step('sends a reading', () => sendWhatItSays(p));
        await t.step('edits', () => edit(p));
        await t.step('renews a key', () => renewKey(p));
        await t.step('accepts a device', () => acceptDevice(p));
        await t.step('imports', () => importFile(p));
        await t.step('exports', () => exportFile(p));
        await t.step('clears and deletes', () => clearAndDelete(p));
    },
};
