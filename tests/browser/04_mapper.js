/* The mapper, and the document that it makes. */
'use strict';
const assert = require('assert');
const fs = require('fs');
const path = require('path');
const { TOP } = require('./harness');

const NAME = '04-anchors-merge-duplicate-device-names';
const DATA = path.join(TOP, 'tests/data/mapper', NAME);

async function upload(p, text)
{
    await p.go('/');
    await p.clickLink('Mapper');
    await p.pickFile('YAML file', 'users.yaml', text);
    await p.clickButton('Upload');
}

async function faulty(p)
{
    await upload(p, 'users:\n  a: [1\n');
    await p.sees('of your file.');
    p.at('/tools/mapper');
}

async function make(p)
{
    const wanted = fs.readFileSync(DATA + '.xml', 'utf8');

    await upload(p, fs.readFileSync(DATA + '.yaml', 'utf8'));
    await p.sees('Thank you! Your file is ready.', 'Only this browser');
    const shown = await p.page.getByRole('region', { name: 'File preview:' })
        .locator('code').textContent();

    assert.strictEqual(shown.trim(), wanted.trim());
    const file = await p.take(p.link('Download user-mapping.xml'));

    assert.strictEqual(file.name, 'user-mapping.xml');
    assert.strictEqual(file.text, wanted);
}

async function onlyMine(p, other)
{
    const path = p.path();

    await other.go(path, 404);
    await other.go('/documents');
    await other.sees('There are none.');
}

async function remove(p)
{
    await p.clickLink('Your documents');
    await p.sees('user-mapping.xml');
    await p.clickLink('user-mapping.xml');
    const path = p.path();

    await p.clickButton('Delete');
    await p.sees('There are none.');
    await p.go(path, 404);
}

exports.stories = {
    'a visitor with a file': async (t) => {
        const other = await t.person();
        const p = await t.person();

        await t.step('is told of a fault', () => faulty(p));
        await t.step('gets the document', () => make(p));
        await t.step('has it alone', () => onlyMine(p, other));
        await t.step('deletes it', () => remove(p));
    },
};
