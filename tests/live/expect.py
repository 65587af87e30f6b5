"""expect.py -- what a test says when it fails, and how patient tests are."""
import os
import time

SLOW = float(os.environ.get("ALMANAC_TEST_SLOW") or 1)
WITHOUT = set(
    (os.environ.get("ALMANAC_TEST_WITHOUT") or "").replace(",", " ").split())
SHOWN = 300


class Failure(AssertionError):
    """One sentence: what was expected and what came."""


def short(value):
    text = repr(value)
    return text if len(text) <= SHOWN else text[:SHOWN] + "..."


def same(came, expected, about=""):
    if came != expected:
        about = f"{about}: " if about else ""
        raise Failure(f"{about}expected {short(expected)}, came {short(came)}")


def one_of(came, expected, about=""):
    if came not in expected:
        about = f"{about}: " if about else ""
        raise Failure(f"{about}expected one of {short(expected)}, "
                      f"came {short(came)}")


def holds(text, part, about=""):
    if part not in text:
        about = f"{about}: " if about else ""
        raise Failure(f"{about}expected {short(part)} in it, "
                      f"came {short(text)}")


def lacks(text, part, about=""):
    if part in text:
        about = f"{about}: " if about else ""
        raise Failure(f"{about}expected no {short(part)}, came {short(text)}")


def true(it_is, sentence):
    """sentence: "expected ..., came ..."."""
    if not it_is:
        raise Failure(sentence)


def at_most(came, limit, about):
    if came > limit:
        raise Failure(f"{about}: expected at most {limit}, came {came}")


def soon(check, within, about):
    """Waits until check() is true."""
    end = time.monotonic() + within * SLOW
    while True:
        last = check()
        if last:
            return last
        if time.monotonic() > end:
            raise Failure(f"{about}: expected within {within * SLOW:g} s, "
                          "did not come")
        time.sleep(0.02)
