"""almanac mapper: YAML in, a gateway's XML out, as the original has it.

The reference is the rules on top of PyYAML's safe loader, and the inputs are
many and tricky; MAPPER_ROUNDS=5000 makes more of them, MAPPER_SEED others."""
import glob
import os
import random
import re
import stat
import subprocess
import tempfile

import yaml

import harness
from expect import SLOW, Failure, holds, lacks, same, true

DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                    "../data/mapper")
ROUNDS = int(os.environ.get("MAPPER_ROUNDS") or 300)
SEED = int(os.environ.get("MAPPER_SEED") or 3)
RANDOM = re.compile(r'(?<=password=")[A-Za-z0-9]{8}(?=">)')


def mapper(text):
    """(status, XML, error)"""
    p = subprocess.run([harness.PROGRAM, "mapper", "-i", "-", "-o", "-"],
                       input=text if isinstance(text, bytes)
                       else text.encode(), capture_output=True,
                       timeout=20 * SLOW)
    return p.returncode, p.stdout.decode(), p.stderr.decode()


# -- the rules

def escaped(value, quoted):
    text = str(value)
    if re.search("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]", text):
        raise ValueError("XML cannot hold this")
    for c, with_ in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"),
                     ("\r", "&#13;")):
        text = text.replace(c, with_)
    if quoted:
        for c, with_ in (('"', "&quot;"), ("\n", "&#10;"), ("\t", "&#9;")):
            text = text.replace(c, with_)
    return text


def series(group, what):
    prefix, suffix = group[what + "_prefix"], group[what + "_suffix"]
    if type(prefix) is not str or type(suffix) is not str:
        raise TypeError("prefix and suffix are text")
    escaped(prefix, True)
    start = int(suffix)
    return [prefix + str(start + n).zfill(len(suffix))
            for n in range(int(group["quantity"]))]


def dictionary(value):
    if not isinstance(value, dict):
        raise TypeError("no map")
    return value


def device_list(file):
    devices = {}
    for group in dictionary(file["devices"]).values():
        dictionary(group)
        parameters = dict(group["parameters"])
        for name, host in zip(series(group, "name"),
                              series(group, "hostname")):
            devices[name] = dict(parameters, hostname=host)
    return devices


def connection(name, parameters):
    yield f'        <connection name="{escaped(name, True)}">\n'
    for key, value in parameters.items():
        value = escaped(value, False)
        if key == "protocol" and type(key) is str:
            yield f"            <protocol>{value}</protocol>\n"
        else:
            yield (f'            <param name="{escaped(key, True)}">{value}'
                   "</param>\n")
    yield "        </connection>\n"


def user_list(file):
    users = []
    for group in dictionary(file["users"]).values():
        password = dictionary(group)["password"]
        users += [(name, password) for name in series(group, "username")]
    return users


def everything(file):
    users = user_list(file)
    devices = device_list(file).items() if users else ()
    lines = "".join(line for d in devices for line in connection(*d))
    yield "<user-mapping>\n"
    for name, password in users:
        yield (f'    <authorize username="{escaped(name, True)}" '
               f'password="{escaped(password, True)}">\n{lines}'
               "    </authorize>\n")
    yield "</user-mapping>\n"


def reference(text):
    """None when it is refused."""
    try:
        return "".join(everything(dictionary(
            yaml.load(text, Loader=yaml.SafeLoader))))
    except (yaml.YAMLError, ValueError, TypeError, KeyError, AttributeError,
            IndexError, OverflowError, RecursionError):
        return None


# -- inputs

SCALARS = r"""
yes No TRUE off On y n tRUE ~ null Null NULL nULL 0123 08 0o17 0x1F -0x1f 0b101
0_7 0_ 1_000 1__0 22:30 -22:30 190:20:30 1:60 1.50 10. 10.0.10. .5 -.5 +.5 1e3
1.0e+3 1.0e3 1.e+5 1:2:3.5 .inf -.INF .nan .Nan -0 +0 -0.0 1.0e+16 0.00001
123456789012345678.0 9999999999999998.0 807020827134439.25 5.0e-324 1.8e+308
340282366920938463463374607431768211456 0xfffffffffffffffffffffffff 0x 0b_ =
-340282366920938463463374607431768211456 2001-12-14 2001-1-1 2001-02-30
2001-12-14t21:59:43.10-05:00 2001-12-14t21:59:43Z 2001-12-14t1:00:43+5:30
2001-12-14t24:00:00 2001-12-14t21:59:43+24:00 http://x:80/#frag a?b a:b <<
'~' "null" 'it''s' "tab\tnl\nend" "\x07" "\u200b\xa0" "\U0001F600" '"' "'\""
'a&b<>"'
"\ufffe" é 日本 !!str\ 5 !!int\ '7' !!int\ 0o17 !!int\ x !!float\ 3
!!float\ x !!binary\ aGk= !!binary\ JyIKAP8= !!binary\ x !!null\ x !!bool\ yes
!!bool\ maybe !!timestamp\ 2001-1-1 !\ 5 !\ '5' !!python/name:os.system !x\ y
!!set\ {a} !!set\ {} !!omap\ [a:\ 1,\ b:\ [2]] !!pairs\ [a:\ 1,\ a:\ 2]
!!omap\ [1] !!seq\ {} !!map\ [] [] {} [a,\ 1,\ true,\ ~] [[1.0],\ {a:\ 'b'}]
{x:\ 1,\ y:\ 'it''s'} [2001-12-14,\ 2001-12-14t21:59:43-05:00] {1:\ a,\ 1.0:\ b}
{true:\ a,\ 1:\ b,\ yes:\ c} {[a]:\ b} {a:[1],\ b:} [a,\ "é\x85\u2028"]
[!!binary\ aGk=]
*common *missing [*common,\ *word] *word &twice\ 1 [&self\ x,\ *self] ,
"" '' ! 1_ _1 -_1 +1 +12e03 685_230.15 0.1 1.5.2 1,2 !!int\ '\ 5\ '
""".split()
SCALARS = [s.replace("\0", " ") for s in
           " ".join(SCALARS).replace("\\ ", "\0").split(" ")]
SUFFIXES = ["'1'", "'01'", "'099'", "'9'", "'-1'", "'+5'", "' 7 '", "'1_9'",
            "'\uff11'", "'٠٩'", "'99999999999999999999'", "'-10'", "'00'",
            "\"\\t8\""]
WRONG_SUFFIXES = ["1", "01", "x1", "'x1'", "''", "' '", "'1__9'", "'1.0'", "~",
                  "[1]", "'0x1'", "'１_'", "2001-01-01", "!!binary MDE="]
QUANTITIES = ["1", "2", "'3'", "2.9", "true", "0", "-3", "' 2 '", "0b10",
              "'0'", "1.0", "false", "!!binary Mg=="]
WRONG_QUANTITIES = ["x", "~", "''", "[1]", ".inf", ".nan", "'1.5'", "1:x",
                    "2001-01-01", "{}", "'0x1'"]
PREFIXES = ["a", "'10.0.10.'", "10.0.10.", "''", "\"s\u00e9rv \"", "'a&b<\"'",
            "PC-", "http://x/", "\"a\\nb\"", "|-\n        text"]
WRONG_PREFIXES = ["10.", "1", "~", "true", "[a]", "!!binary aGk=", "\"\\x07\""]
KEYS = ["protocol", "port", "hostname", "5", "true", "'a&\"b'", "1.5", "~",
        "ignore-cert", "? [a]\n      ", "é", "!!binary aGk=", "2001-12-14",
        "'null'", "1", "1.0", "=", "? x\n      ", "\"k\\nl\""]
MERGES = ["<<: *common", "<<: [*common, *more]", "<<: {port: 1, q: 2}",
          "'<<': *common", "<<: *word", "<<: [*common, 5]", "<<: []"]


def pick(r, good, bad):
    return r.choice(good if r.random() < 0.985 else bad)


def parameters(r):
    if r.random() < 0.1:
        return r.choice([" *common", " *more", " {}", " []", " ''", " ~",
                         " x", " [[protocol, ssh], [port, 22], [port, 23]]",
                         " [ab, [c, d]]", " [[a]]", " [abc]", " 5",
                         " !!pairs [a: 1, b: 2]", " !!set {ab}", " [[[], 1]]",
                         " {a: 1, <<: *common}", " [{a: 1, b: 2}]",
                         " !!binary ''", " [!!binary aGk=]", " ['日本']"])
    lines = []
    for _ in range(r.randrange(1, 9)):
        if r.random() < 0.1:
            lines.append(r.choice(MERGES))
            continue
        value = r.choice(SCALARS)
        if value in WRONG and r.random() < 0.95:
            value = "v"
        lines.append(f"{r.choice(KEYS[:9] if r.random() < .9 else KEYS)}: "
                     f"{value}{r.choice(['', '', ' # why', '  '])}")
    if r.random() < 0.1:
        lines.append("block: |\n        a\n\n         b\n        c")
    if r.random() < 0.1:
        lines.append("folded: >-\n        a\n        b\n\n        c\n")
    return "\n" + "".join(f"      {line}\n" for line in lines).rstrip("\n")


WRONG = set()


def group(r, what):
    lines = [f"quantity: {pick(r, QUANTITIES, WRONG_QUANTITIES)}"]
    for name in what:
        lines += [f"{name}_prefix: {pick(r, PREFIXES, WRONG_PREFIXES)}",
                  f"{name}_suffix: {pick(r, SUFFIXES, WRONG_SUFFIXES)}"]
    if len(what) == 1:
        value = r.choice(SCALARS)
        lines.append(f"password: {'p' if value in WRONG else value}")
    else:
        lines.append(f"parameters:{parameters(r)}")
    r.shuffle(lines)
    if r.random() < 0.02:
        lines.pop()
    return "".join(f"    {line}\n" for line in lines)


def document(r):
    text = r.choice(["", "", "", "---\n", "%YAML 1.1\n---\n", "# note\n\n"])
    text += ("common: &common {protocol: ssh, port: 22, hostname: no}\n"
             "more: &more\n  port: 2222\n  color: white\n"
             "word: &word text\n")
    for name, what in (("users", ["username"]),
                       ("devices", ["name", "hostname"])):
        text += name + ":" + r.choice(["", "", " # all"]) + "\n"
        for i in range(r.randrange(1, 4)):
            text += f"  {r.choice(['t', 't', '1', 'true'])}{i % 2}:\n"
            text += group(r, what)
    text += r.choice([""] * 30 + ["...\n", "---\n", "\tx: 1\n", "- a\n"])
    if r.random() < 0.1:
        text = text.replace("\n", "\r\n")
    if r.random() < 0.05:
        text = "\ufeff" + text
    return text


def find_wrong():
    """The values that alone make a file wrong: they are used sparingly, or
    nothing else would be tried."""
    for s in SCALARS:
        try:
            value = yaml.load("c: &common 1\nw: &word 2\nv: " + s + "\n",
                              Loader=yaml.SafeLoader)["v"]
            escaped(value, True)
        except Exception:
            WRONG.add(s)


def compare(text, convert):
    status, xml, err = convert(text)
    want = reference(text.encode())
    if want is None:
        if status == 0:
            raise Failure(f"expected a refusal of {text!r}, came {xml!r}")
        return False
    if status != 0:
        raise Failure(f"expected XML of {text!r}, came {err!r}")
    if xml != want:
        for n, (came, line) in enumerate(zip(xml.splitlines(),
                                             want.splitlines())):
            if came != line:
                raise Failure(f"line {n + 1} of what {text!r} becomes: "
                              f"expected {line!r}, came {came!r}")
        raise Failure(f"{text!r}: expected {want!r}, came {xml!r}")
    return True


def test_as_the_original():
    find_wrong()
    r = random.Random(SEED)
    good = sum(compare(document(r), mapper) for _ in range(ROUNDS))
    true(good > ROUNDS // 4 and good < ROUNDS,
         f"expected some good and some wrong of {ROUNDS}, came {good} good")


# -- whole pairs

def test_pairs():
    files = sorted(glob.glob(os.path.join(DATA, "*.yaml")))
    true(len(files) >= 4, f"expected pairs in {DATA}, came {files}")
    for name in files:
        with open(name, "rb") as f:
            text = f.read()
        with open(name[:-5] + ".xml", encoding="utf-8") as f:
            want = f.read()
        status, xml, err = mapper(text)
        same(status, 0, f"{name} ({err})")
        if "no-escaping" in name: # that XML is not well formed
            want = reference(text)
        same(RANDOM.sub("?", xml), RANDOM.sub("?", want), name)


# -- the command

SMALL = """users:
  u:
    quantity: 2
    username_prefix: u
    username_suffix: '1'
    password: random
devices:
  d:
    quantity: 1
    name_prefix: D
    name_suffix: '1'
    hostname_prefix: h
    hostname_suffix: '1'
    parameters: {protocol: ssh}
"""


class Folder:
    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory()
        return self

    def __exit__(self, *_):
        self.folder.cleanup()

    def path(self, name):
        return os.path.join(self.folder.name, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="utf-8") as f:
            f.write(text)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), encoding="utf-8") as f:
            return f.read()

    def names(self):
        return sorted(os.listdir(self.folder.name))

    def run(self, *words):
        return subprocess.run([harness.PROGRAM, "mapper", *words], text=True,
                              cwd=self.folder.name, capture_output=True,
                              timeout=20 * SLOW, stdin=subprocess.DEVNULL)


def test_default_names():
    with Folder() as f:
        f.write("user-mapping.yaml", SMALL)
        p = f.run()
        same((p.returncode, p.stdout, p.stderr), (0, "", ""), "mapper")
        xml = f.read("user-mapping.xml")
        holds(xml, '<authorize username="u2" password="', "user-mapping.xml")
        same(stat.S_IMODE(os.stat(f.path("user-mapping.xml")).st_mode), 0o600,
             "who may read the passwords")
        same(f.names(), ["user-mapping.xml", "user-mapping.yaml"],
             "what is in the folder")
        f.run()
        lacks(f.read("user-mapping.xml"), RANDOM.findall(xml)[0],
              "passwords of the second time")


def test_files_by_name():
    with Folder() as f:
        f.write("in", SMALL)
        for words in (("-i", "in", "-o", "out"), ("-iin", "-oout"),
                      ("--input", "in", "--output", "out"),
                      ("--output=out", "--input=in")):
            p = f.run(*words)
            same((p.returncode, p.stderr), (0, ""), f"mapper {words}")
            holds(f.read("out"), "<user-mapping>", "out")
            os.unlink(f.path("out"))


def test_what_is_no_file_is_written_to():
    with Folder() as f:
        f.write("in", SMALL)
        p = f.run("-i", "in", "-o", "/dev/stdout")
        holds(p.stdout, "</user-mapping>\n", "/dev/stdout")
        same(f.names(), ["in"], "what is in the folder")
        true(stat.S_ISCHR(os.stat("/dev/null").st_mode)
             and f.run("-i", "in", "-o", "/dev/null").returncode == 0
             and stat.S_ISCHR(os.stat("/dev/null").st_mode),
             "expected /dev/null to stay what it is")


def test_a_mistake_leaves_the_old_file():
    with Folder() as f:
        f.write("in.yaml", SMALL.replace("    password: random\n", ""))
        f.write("out.xml", "old")
        p = f.run("-i", "in.yaml", "-o", "out.xml")
        same((p.returncode, p.stdout), (1, ""), "status and output")
        same(p.stderr, "almanac: in.yaml:3:5: users.u.password is missing\n",
             "what it says")
        same(f.read("out.xml"), "old", "out.xml")
        same(f.names(), ["in.yaml", "out.xml"], "what is in the folder")


def test_wrong_use():
    with Folder() as f:
        f.write("in", SMALL)
        for words, status in ((("-x",), 2), (("in",), 2), (("-i",), 2),
                              (("-i", ""), 2), (("-i", "absent"), 1),
                              (("-i", "."), 1), (("-i", "in", "-o", "."), 1),
                              (("-i", "in", "-o", "no/such/folder"), 1)):
            p = f.run(*words)
            same(p.returncode, status, f"mapper {words} ({p.stderr!r})")
            same((p.stdout, p.stderr.count("\n")), ("", 1),
                 f"one sentence about {words}, {p.stderr!r}")
        same(f.run("--help").returncode, 0, "mapper --help")
        same(f.names(), ["in"], "what is in the folder")


# -- what would take for ever

def bomb(width, levels):
    text = "a0: &a0 [x, x]\n"
    for i in range(1, levels):
        text += f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * width)}]\n"
    return text


def merge_bomb(levels):
    text = "m0: &m0 {a: 1, b: 2}\n"
    for i in range(1, levels):
        text += f"m{i}: &m{i} {{<<: [*m{i - 1}, *m{i - 1}, *m{i - 1}]}}\n"
    return text


def test_refused_at_once():
    for what, text in (
            ("many users", SMALL.replace("quantity: 2",
                                         "quantity: 1000000000")),
            ("many devices", SMALL.replace("quantity: 1",
                                           "quantity: 99999999999999999999")),
            ("an alias bomb", bomb(9, 12) + SMALL),
            ("a merge bomb", merge_bomb(40) + SMALL),
            ("brackets", "[" * 500000),
            ("more brackets", "{a: " * 200000),
            ("dashes", "- " * 500000),
            ("a staircase", "".join(" " * i + "a:\n" for i in range(1200))),
            ("a long name in many", SMALL.replace(
                "quantity: 1", "quantity: 100000").replace(
                "D", "D" * 500000)),
            ("a deep chain of aliases", "".join(
                f"a{i}: &a{i} [*a{i - 1}]\n" if i else "a0: &a0 [x]\n"
                for i in range(500)) + SMALL.replace("ssh", "*a499"))):
        status, xml, err = mapper(text)
        same((status, xml), (1, ""), f"{what} ({err[:200]!r})")
        same(err.count("\n"), 1, f"sentences about {what}, {err[:200]!r}")
