/* Accounts: one's own, and those that an administrator looks after. */
'use strict';
const assert = require('assert');

const PASSWORD = 'correct horse';

async function wrongPassword(p)
{
    await p.logIn('anna', 'wrong');
    p.at('/auth/login');
    await p.sees('Incorrect password.');
    assert.strictEqual(await p.input('Username').inputValue(), 'anna');
    assert.strictEqual(await p.page.evaluate(() => document.activeElement.id),
        'password');
    await p.fill('Username', 'nobody');
    await p.fill('Password', 'wrong');
    await p.clickButton('Log In');
    await p.sees('Incorrect username.');
}

async function backWhereOneWas(p, id)
{
    await p.go(`/channels/${id}`, 403);
    await p.sees('This channel is private');
    await p.clickLink('Log In');
    await p.fill('Username', 'anna');
    await p.fill('Password', PASSWORD);
    await p.clickButton('Log In');
    p.at(`/channels/${id}`);
    await p.sees('Cellar', 'Private');
    await p.clickButton('Log Out');
    await p.lacks('Log Out');
    await p.go(`/channels/${id}`, 403);
}

async function openWithKey(p, ch)
{
    await p.go('/channels/' + ch.id, 403);
    await p.fill('Read key of the channel', ch.read_key);
    await p.clickButton('OPEN');
    await p.sees('Cellar', 'Nothing yet');
}

async function changePassword(p, other)
{
    await p.logIn('anna', PASSWORD);
    await other.logIn('anna', PASSWORD);
    await p.clickLink('anna');
    await p.fill('Present password', 'wrong');
    await p.fill('New password', 'another horse');
    await p.clickButton('Change password');
    await p.sees('That is not your present password.');
    await p.fill('Present password', PASSWORD);
    await p.fill('New password', 'another horse');
    await p.clickButton('Change password');
    await p.sees('Log Out');
    await other.go('/account');
    other.at('/auth/login');
    await other.fill('Username', 'anna');
    await other.fill('Password', 'another horse');
    await other.clickButton('Log In');
    await other.sees('anna', 'Log Out');
}

async function endAnother(p, other)
{
    await p.go('/account');
    const cards = p.page.locator('article', { hasNotText: 'this one' });

    assert.strictEqual(await cards.count(), 1);
    await p.follow(cards.getByRole('button', { name: 'End' }), 'Space');
    assert.strictEqual(await p.page.locator('article').count(), 1);
    await other.go('/');
    await other.lacks('Log Out');
    await other.logIn('anna', 'another horse');
    await p.go('/account');
    await p.clickButton('End all others');
    await other.go('/account');
    other.at('/auth/login');
}

async function renewUserKey(p)
{
    await p.go('/account');
    const key = () => p.page.locator('section', { hasText: 'User key' })
        .locator('code').innerText();
    const before = await key();

    await p.clickButton('Renew the key');
    assert.notStrictEqual(await key(), before);
    const said = await p.server.send(`/channels.json?api_key=${await key()}`);
    assert.strictEqual(JSON.parse(said)[0].name, 'Cellar');
}

async function closeAccount(p)
{
    await p.go('/account');
    await p.clickLink('Close this account');
    await p.sees('You still own 1 channel');
    await p.clickLink('Your channels');
    await p.clickLink('Edit Cellar');
    await p.clickLink('Delete the channel…');
    await p.fill('Type the channel’s name to delete it', 'Cellar');
    await p.clickButton('Delete');
    await p.go('/account/close');
    await p.fill('Your password', 'wrong');
    await p.clickButton('Close the account');
    await p.sees('Close your account');
    await p.fill('Your password', 'another horse');
    await p.clickButton('Close the account');
    await p.lacks('Log Out');
    await p.logIn('anna', 'another horse');
    await p.sees('Incorrect username.');
}

async function addAccount(p)
{
    await p.logIn('root', PASSWORD);
    await p.clickLink('root');
    await p.clickLink('All accounts');
    await p.fill('Username', 'bert');
    await p.fill('Password', 'bert 1');
    await p.clickButton('Add');
    await p.sees('bert');
    await p.fill('Username', 'bert');
    await p.fill('Password', 'bert 1');
    await p.clickButton('Add');
    await p.sees('bert is already registered');
}

async function lookAfter(p, bert)
{
    await bert.logIn('bert', 'bert 1');
    await bert.go('/accounts', 403);
    await p.go('/accounts');
    await p.clickLink('bert');
    await p.fill('New password', 'bert 2');
    await p.clickButton('Set password');
    await p.sees('That is done.');
    await bert.go('/account');
    bert.at('/auth/login');
    await bert.logIn('bert', 'bert 2');
    await p.clickButton('Make an administrator');
    await p.sees('An administrator since');
    await bert.go('/accounts');
    await bert.sees('root', 'bert');
    await p.clickButton('No longer an administrator');
    await p.sees('An account since');
}

async function remove(p, bert)
{
    await p.press(p.button('Remove the account'), 'Enter'); /* required */
    await p.tick('Yes, remove bert');
    await p.clickButton('Remove the account');
    p.at('/accounts');
    await p.lacks('bert');
    await bert.go('/');
    await bert.lacks('Log Out');
}

exports.stories = {
    'an account': async (t) => {
        t.server.account('root', 'x', '--admin');
        t.server.account('anna', PASSWORD);
        const ch = t.server.channel('anna', 'Cellar', ['Damp']);
        const other = await t.person();
        const p = await t.person();

        await t.step('wrong passwords', () => wrongPassword(p));
        await t.step('back where one was', () => backWhereOneWas(p, ch.id));
        await t.step('a read key opens', () => openWithKey(p, ch));
        await t.step('changes its password', () => changePassword(p, other));
        await t.step('ends other sessions', () => endAnother(p, other));
        await t.step('renews its key', () => renewUserKey(p));
        await t.step('is closed', () => closeAccount(p));
    },
    'an administrator': async (t) => {
        t.server.account('root', PASSWORD, '--admin');
        const bert = await t.person();
        const p = await t.person();

        await t.step('adds an account', () => addAccount(p));
        await t.step('looks after it', () => lookAfter(p, bert));
        await t.step('removes it', () => remove(p, bert));
    },
};
