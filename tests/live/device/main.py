# main.py -- a station: reads its sensors and sends each temperature in one
# URL, again and again, as the article's boards do.
#
#     micropython main.py HOST KEY MAC ROUNDS SECONDS
import sys
import time

import urequests


class FakeSensor:
    """Stands where a DS18B20 would be on its wire."""

    def __init__(self, first, step):
        self.value = first
        self.step = step

    def read_temp(self):
        self.value += self.step
        return round(self.value, 2)


def update(host, key, mac, field, value):
    """One reading. The body is printed and the status is nobody's concern."""
    url = ("http://" + host + "/update/API_key=" + key + "/mac=" + mac
           + "/field=" + str(field) + "/data=" + str(value))
    response = urequests.get(url)
    print(field, value, response.text)


def send_temperatures(host, key, mac, rounds, seconds):
    outside = FakeSensor(20.0, 0.25)
    inside = FakeSensor(-3.0, -0.5)
    for i in range(rounds):
        if i:
            time.sleep(seconds)
        update(host, key, mac, 1, outside.read_temp())
        update(host, key, mac, 2, inside.read_temp())


if __name__ == "__main__":
    send_temperatures(sys.argv[1], sys.argv[2], sys.argv[3],
                      int(sys.argv[4]), float(sys.argv[5]))
