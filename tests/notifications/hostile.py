"""Addresses that no message may be sent to, by how they try to get there."""

# What the allow-list of the open internet has to keep out, one or two of each kind.
_CLOSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.1.2.3 127.255.255.254 169.254.0.1
169.254.169.254 169.254.170.2 172.16.0.1 172.31.255.254 192.0.0.1 192.0.0.170 192.0.2.1 192.31.196.1 192.52.193.1
192.88.99.1 192.168.0.1 192.168.255.254 192.175.48.1 198.18.0.1 198.19.255.254 198.51.100.1 203.0.113.1 224.0.0.1
239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 ::2 ::127.0.0.1 ::ffff:127.0.0.1 ::ffff:10.0.0.1
::ffff:169.254.169.254 ::ffff:8.8.8.8 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::808:808 64:ff9b:1::7f00:1 100::1
100:0:0:1::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1::1 2002:808:808::1
2620:4f:8000::1 3fff::1 3fff:fff::1 5f00::1 fc00::1 fd00::1 fd00:ec2::254 fe80::1 fe80::1%lo fec0::1 ff02::1 ff0e::1
4000::1 e000::1
"""
CLOSED = _CLOSED.split()

# Numbers that a resolver takes for 127.0.0.1 or its like, and other ways to write a host that is none.
_HOSTS = """
2130706433 0x7f000001 0x7f.1 0x7f.0.0.1 0177.0.0.1 017700000001 127.1 127.0.1 0 00000 0.0.0.0. 127.0.0.1. 1 3232235521
0xa9fea9fe 2852039166 025177524776 169.254.43518 127.0.0.1.nip.io.1 localhost localhost. LOCALHOST ip6-localhost
broadcasthost postgres broker web intranet example -x.example x-.example x..example .example a_b.example [::1] [::]
[::ffff:127.0.0.1] [64:ff9b::7f00:1] [fe80::1%25lo] [0:0:0:0:0:0:0:1] [::ffff:7f00:1] [v1.x]
"""
HOSTS = _HOSTS.split()

SENSIBLE = "https://hooks.example.org/x"

WRITTEN = [
    "", " ", "hooks.example.org/x", "//hooks.example.org/x", "/x", "http://hooks.example.org/x",
    "HTTP://hooks.example.org", "ftp://hooks.example.org/x", "file:///etc/passwd", "gopher://hooks.example.org:70/_x",
    "dict://hooks.example.org/x", "ldap://hooks.example.org", "unix:///run/postgres", "data:text/plain,x",
    "javascript:alert(1)", "jar:https://hooks.example.org!/x", "https:/hooks.example.org", "https:hooks.example.org",
    "https://", "https:///x", "https://?x", "https://#x",
    "https://user@hooks.example.org/", "https://user:secret@hooks.example.org/", "https://127.0.0.1@hooks.example.org/",
    "https://hooks.example.org@127.0.0.1/", "https://hooks.example.org#@127.0.0.1/",
    "https://hooks.example.org/#x", "https://hooks.example.org#", "https://127.0.0.1#@hooks.example.org/",
    "https://hooks.example.org\\@127.0.0.1/", "https://127.0.0.1\\hooks.example.org/", "https:\\\\hooks.example.org\\x",
    "https://hooks.example.org\t/", "https://hooks.example.org\n/", "https://hooks.example.org/\r\nX: y",
    "https://hooks.example.org/x y", "https://hooks.example.org/\x00", "https://hooks.example.org/\x7f",
    "https://hooks\u3002example\u3002org/", "https://１２７.０.０.１/", "https://hooks.exämple.org/", "https://ⓛocalhost/",
    "https://hooks.example.org\u2044x/", "https://hooks.example.org/ä", "https://%31%32%37.0.0.1/", "https://127%2e0.0.1/",
    "https://hooks.example.org:99999/", "https://hooks.example.org:-1/", "https://hooks.example.org:x/",
    "https://hooks.example.org:０/", "https://[::1/", "https://::1/", "https://[hooks.example.org]/",
    "https://" + "a" * 300 + ".example/", "https://" + "a." * 130 + "example/", "https://*.example.org/",
]  # fmt: skip

PORTS = [0, 1, 22, 25, 53, 80, 110, 111, 143, 389, 445, 465, 587, 993, 2375, 3306, 4369, 5432, 5672, 6379, 8000, 8080]
PORTS += [8125, 9000, 9090, 9200, 11211, 15672, 27017, 65535]


def refused_by_their_letters() -> list[str]:
    literals = [f"[{one.replace('%', '%25')}]" if ":" in one else one for one in CLOSED]
    named = [f"https://{host}/x" for host in [*literals, *HOSTS]]
    return [*WRITTEN, *named, *(f"https://hooks.example.org:{port}/x" for port in PORTS)]
