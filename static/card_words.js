/* card_words.js -- what a card says, in the words of the server: how old a
 * value is (base/moment.c, web/value_text.c), which value is the newest
 * (core/newest.h), and a clock. Moments are milliseconds since 1970 UTC.
 * Pure. */
const SECOND = 1000, MINUTE = 60 * SECOND, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
const AHEAD = 5 * MINUTE;             /* how wrong a device's clock may be */
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const UNITS = [[DAY, "day"], [HOUR, "hour"], [MINUTE, "minute"],
               [SECOND, "second"]];

const two = n => String(n).padStart(2, "0");

function duration(ms) {
    const [unit, word] = UNITS.find(([least]) => ms >= least);
    const n = Math.floor(ms / unit);
    return `${n} ${word}${n === 1 ? "" : "s"}`;
}

/* usual: between two readings, 0 where there are too few to tell. */
export function isStale(at, usual, now) {
    return now - at > (usual > 0 ? 3 * usual : HOUR);
}

export const agoWords = age =>
    age < 10 * SECOND ? "just now" : `${duration(age)} ago`;

export function ageWords(at, usual, now) {
    const age = Math.max(now - at, 0);
    if (at > now + AHEAD)
        return "a time ahead of this server’s clock";
    return isStale(at, usual, now) ? `No news for ${duration(age)}`
                                   : agoWords(age);
}

/* May a value of this time stand where one of the other does? A time ahead of
 * the server counts only where there are no others. */
export function isNewer(at, shown, now) {
    const ahead = t => t > now + AHEAD;
    return ahead(at) === ahead(shown) ? at >= shown : ahead(shown);
}

/* Written smaller, as page_value has it. */
export function sizeOf(text) {
    const bytes = new TextEncoder().encode(text).length;
    return { long: bytes > 8, prose: bytes > 24 };
}

/* ahead: what the clocks there are ahead of UTC, in seconds. */
const shown = (at, ahead) =>
    new Date(at + Math.trunc(ahead / 60) * MINUTE);

/* "08:07:24 AM Sep 12, 2018" */
export function clockWords(at, ahead) {
    const d = shown(at, ahead), hour = d.getUTCHours();
    return `${two((hour + 11) % 12 + 1)}:${two(d.getUTCMinutes())}:` +
        `${two(d.getUTCSeconds())} ${hour < 12 ? "AM" : "PM"} ` +
        `${MONTHS[d.getUTCMonth()]} ${two(d.getUTCDate())}, ` +
        String(d.getUTCFullYear()).padStart(4, "0");
}

/* "14:03", and the day where it is not today. */
export function briefWords(at, ahead, now) {
    const d = shown(at, ahead), today = shown(now, ahead);
    const time = `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;
    return d.getUTCDate() === today.getUTCDate() && now - at < DAY ? time
         : `${time} on ${d.getUTCDate()} ${MONTHS[d.getUTCMonth()]} ` +
           d.getUTCFullYear();
}
