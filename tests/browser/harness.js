/* harness.js -- a real server process with a fresh database made by the
 * command line, and its end. */
'use strict';
const { execFileSync, spawn, spawnSync } = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');

const TOP = path.resolve(__dirname, '../..');
const PROGRAM = path.resolve(process.env.ALMANAC
    || path.join(TOP, 'build/almanac'));
const ON = process.env.ALMANAC_TEST_ON || 'sqlite';
const POSTGRES = process.env.ALMANAC_TEST_POSTGRES || '';
const LISTEN_SECONDS = 20;
const STOP_SECONDS = 5;

const servers = new Set();
let made = 0;

function environment(settings)
{
    const env = {};

    for (const [name, value] of Object.entries(process.env))
        if (!name.startsWith('ALMANAC'))
            env[name] = value;
    for (const [name, value] of Object.entries(settings))
        env['ALMANAC_' + name.toUpperCase()] = String(value);
    return env;
}

function psql(sql)
{
    execFileSync('psql', ['-XqAt', '-v', 'ON_ERROR_STOP=1', '-d', POSTGRES,
        '-c', sql], { timeout: 60000, stdio: ['ignore', 'pipe', 'pipe'] });
}

function sleep(ms)
{
    return new Promise((done) => { setTimeout(done, ms); });
}

class Server {
    constructor()
    {
        this.folder = fs.mkdtempSync(path.join(os.tmpdir(),
            'almanac-browser-'));
        this.config = path.join(this.folder, 'almanac.conf');
        this.logFile = path.join(this.folder, 'log');
        fs.writeFileSync(this.config, '');
        this.settings = {
            listen: '127.0.0.1:0',
            secret: path.join(this.folder, 'secret'),
            spool: this.folder,
        };
        if (ON === 'postgres') {
            const url = new URL(POSTGRES);

            this.name = `almanac_browser_${process.pid}_${++made}`;
            url.pathname = '/' + this.name;
            this.settings.database = url.href;
        } else {
            this.settings.database =
                'sqlite:' + path.join(this.folder, 'almanac.db');
        }
        servers.add(this);
    }

    static async start()
    {
        const server = new Server();

        if (server.name)
            psql(`CREATE DATABASE ${server.name}`);
        server.do(['init-db']);
        await server.serve();
        return server;
    }

    /* Again after stop, at the same address. */
    async serve()
    {
        const log = fs.openSync(this.logFile, 'w');

        this.status = undefined;
        this.process = spawn(PROGRAM, ['serve', '--config', this.config],
            { stdio: ['ignore', log, log],
              env: environment(this.settings) });
        fs.closeSync(log);
        this.ended = new Promise((done) => {
            this.process.once('exit', (code, signal) => {
                this.status = signal || code;
                done();
            });
        });
        await this.listens();
        this.settings.listen = new URL(this.origin).host;
    }

    async listens()
    {
        const end = Date.now() + LISTEN_SECONDS * 1000;

        while (Date.now() < end && this.status === undefined) {
            const found = /event=serve\.listen address=\S*:(\d+)/
                .exec(this.log());

            if (found) {
                this.origin = `http://127.0.0.1:${found[1]}`;
                return;
            }
            await sleep(5);
        }
        throw new Error('almanac serve: expected event=serve.listen, came '
            + this.log());
    }

    log()
    {
        return fs.readFileSync(this.logFile, 'utf8');
    }

    /* The program, as a person runs it; what it prints. */
    do(words, stdin = '')
    {
        const { database, secret } = this.settings;
        const ran = spawnSync(PROGRAM,
            [words[0], '--config', this.config, ...words.slice(1)],
            { input: stdin, timeout: 30000, encoding: 'utf8',
              env: environment({ database, secret }) });

        if (ran.status !== 0)
            throw new Error(`almanac ${words.join(' ')}: expected status 0, `
                + `came ${ran.status}: ${ran.stderr}`);
        return ran.stdout;
    }

    account(name, password, ...more)
    {
        this.do(['user', 'add', name, '--password-stdin', ...more], password);
    }

    /* fields: "Label" or "Label:unit". The channel's facts. */
    channel(owner, name, fields, ...more)
    {
        const words = fields.flatMap(
            (label, i) => ['--field', `${i + 1}=${label}`]);

        return JSON.parse(this.do(['channel', 'add', '--owner', owner,
            '--name', name, ...words, ...more]));
    }

    /* As a device does it: the body of the answer. */
    async send(address)
    {
        const answer = await fetch(new URL(address, this.origin));

        return (await answer.text()).trim();
    }

    /* As a service manager does. */
    async close()
    {
        servers.delete(this);
        try {
            if (this.process && this.status === undefined)
                await this.stop();
        } finally {
            if (this.name)
                psql(`DROP DATABASE IF EXISTS ${this.name} WITH (FORCE)`);
            fs.rmSync(this.folder, { recursive: true, force: true });
        }
    }


    async stop()
    {
        this.process.kill('SIGTERM');
        await Promise.race([this.ended, sleep(STOP_SECONDS * 1000)]);
        if (this.status === undefined)
            this.process.kill('SIGKILL');
        await this.ended;
        if (this.status !== 0)
            throw new Error(`almanac serve: expected status 0, came `
                + `${this.status}: ${this.log().slice(-500)}`);
    }
}

async function closeAll()
{
    for (const server of servers)
        await server.close().catch((e) => { console.log(e.message); });
}

module.exports = { Server, closeAll, ON, POSTGRES, PROGRAM, TOP };
