/* Posts: written, found, about a channel, taken away and brought back. */
'use strict';
const assert = require('assert');

const PASSWORD = 'correct horse';

async function write(p)
{
    await p.logIn('anna', PASSWORD);
    await p.clickLink('Journal');
    await p.sees('There is no post yet.');
    await p.clickLink('New');
    await p.fill('Title', 'New roof <i>');
    await p.fill('Text', 'From https://example.org/tin?a=1&b=2, it is loud.');
    await p.clickButton('Save');
    p.at('/journal');
    await p.sees('New roof <i>', 'by anna on', 'it is loud.');
    assert.strictEqual(await p.link('https://example.org/tin?a=1&b=2')
        .getAttribute('href'), 'https://example.org/tin?a=1&b=2');
}

async function edit(p)
{
    await p.clickLink('New roof <i>');
    p.at('/journal/1');
    await p.clickLink('Edit');
    await p.sees('Edit "New roof <i>"');
    assert.strictEqual(await p.input('Text').inputValue(),
        'From https://example.org/tin?a=1&b=2, it is loud.');
    await p.fill('Title', 'Tin roof');
    await p.clickButton('Save');
    await p.sees('Tin roof');
    await p.lacks('New roof');
}

async function find(p)
{
    await p.go('/journal');
    await p.fill('Find posts with these words', 'loud');
    await p.clickButton('Find');
    await p.sees('Tin roof');
    await p.fill('Find posts with these words', 'quiet');
    await p.clickButton('Find');
    await p.sees('Nothing found with “quiet”.');
    await p.clickLink('All posts');
    await p.sees('Tin roof');
}

async function deleteAndUndo(p)
{
    await p.clickLink('Edit');
    await p.clickButton('Delete');
    await p.sees('You removed a post', 'There is no post yet.');
    await p.clickButton('Undo');
    await p.sees('Tin roof');
    await p.lacks('You removed a post');
}

async function aboutAChannel(p, stranger)
{
    await p.go('/journal/create');
    await p.fill('Title', 'First frost');
    await p.fill('Text', 'The pipe held.');
    await p.choose('Channel', 'Garden (UTC)');
    await p.fillMoment('Moment', '2025-11-20T06:30:15');
    await p.clickButton('Save');
    await p.sees('About Garden: 06:30:15 AM Nov 20, 2025, UTC');
    await p.clickLink('Garden');
    p.at('/channels/1');
    await stranger.go('/journal');
    await stranger.sees('Tin roof');
    await stranger.lacks('First frost');
    await stranger.go('/journal/2', 404);
}

exports.stories = {
    'an author': async (t) => {
        t.server.account('anna', PASSWORD);
        t.server.channel('anna', 'Garden', ['Outside']);
        const stranger = await t.person();
        const p = await t.person();

        await t.step('writes', () => write(p));
        await t.step('edits', () => edit(p));
        await t.step('finds', () => find(p));
        await t.step('deletes and undoes', () => deleteAndUndo(p));
        await t.step('about a channel', () => aboutAChannel(p, stranger));
    },
};
