"""The words that numbers, units, dates and blocks are said with, per language. Data only, and how a language is found.

A language that is not here keeps its text as it is: its voice says digits in its own way.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Words:
    """decimal, thousands: what separates digits. units: sign → one and many. The rest are what their names say."""

    months: tuple[str, ...]
    units: dict[str, tuple[str, str]]
    currencies: dict[str, tuple[str, str, str, str]]
    abbreviations: dict[str, str]
    symbols: dict[str, str]
    ordinals: tuple[str, ...]
    decimal: str
    to: str
    per: str
    point: str
    minus: str
    about: str
    link: str
    image: str
    code: str
    lines: tuple[str, str]
    table: str
    formula: str
    date: str
    half_hours: str = ""
    formula_words: dict[str, str] = field(default_factory=dict)


ENGLISH = Words(
    months=("January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November", "December"),
    units={"km": ("kilometre", "kilometres"), "m": ("metre", "metres"), "cm": ("centimetre", "centimetres"),
           "mm": ("millimetre", "millimetres"), "µm": ("micrometre", "micrometres"), "kg": ("kilogram", "kilograms"),
           "g": ("gram", "grams"), "mg": ("milligram", "milligrams"), "t": ("tonne", "tonnes"),
           "l": ("litre", "litres"),
           "L": ("litre", "litres"), "ml": ("millilitre", "millilitres"), "s": ("second", "seconds"),
           "ms": ("millisecond", "milliseconds"), "µs": ("microsecond", "microseconds"), "min": ("minute", "minutes"),
           "h": ("hour", "hours"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
           "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"), "W": ("watt", "watts"),
           "kW": ("kilowatt", "kilowatts"), "kWh": ("kilowatt hour", "kilowatt hours"), "V": ("volt", "volts"),
           "A": ("ampere", "amperes"), "B": ("byte", "bytes"), "kB": ("kilobyte", "kilobytes"),
           "KB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"), "GB": ("gigabyte", "gigabytes"),
           "TB": ("terabyte", "terabytes"), "°C": ("degree Celsius", "degrees Celsius"),
           "°F": ("degree Fahrenheit", "degrees Fahrenheit"), "°": ("degree", "degrees"), "%": ("percent", "percent"),
           "px": ("pixel", "pixels"), "mi": ("mile", "miles"), "ft": ("foot", "feet"), "lb": ("pound", "pounds"),
           "oz": ("ounce", "ounces"), "m²": ("square metre", "square metres"), "km²": ("square kilometre",
           "square kilometres"), "m³": ("cubic metre", "cubic metres")},
    currencies={"$": ("dollar", "dollars", "cent", "cents"), "€": ("euro", "euros", "cent", "cents"),
                "£": ("pound", "pounds", "penny", "pence"), "¥": ("yen", "yen", "", "")},
    abbreviations={"e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "approx.": "about",
                   "Dr.": "Doctor", "Mr.": "Mister", "Mrs.": "Missus", "Ms.": "Miss", "Prof.": "Professor",
                   "No.": "number", "Fig.": "figure", "cf.": "compare", "Jr.": "Junior", "Sr.": "Senior",
                   "St.": "Saint"},
    symbols={"≈": "about", "≤": "at most", "≥": "at least", "≠": "is not", "→": "to", "⇒": "therefore",
             "±": "plus or minus",
             "√": "the square root of ", "&": "and", "×": "times", "÷": "divided by", "∞": "infinity"},
    ordinals=(), decimal=".", to="to", per="per", point="point", minus="minus", about="about", link="link to {}",
    image="image: {}", code="a block of {} code, {}", lines=("one line", "{} lines"),
    table="a table with {} and {}", formula="a formula", date="{month} {day}, {year}",
    formula_words={"^2": " squared", "^3": " cubed", "^": " to the power of ", "_": " ", "=": " equals ", "+": " plus ",
                   "-": " minus ", "*": " times ", "/": " over ", "<": " is less than ", ">": " is greater than ",
                   "\\cdot": " times ", "\\times": " times ", "\\pi": " pi ", "\\pm": " plus or minus ",
                   "\\leq": " is at most ", "\\geq": " is at least ", "\\neq": " is not ", "\\approx": " is about ",
                   "frac": "{} over {}", "sqrt": "the square root of {}"})

_UNITS_DE = {"km": "Kilometer", "m": "Meter", "cm": "Zentimeter", "mm": "Millimeter", "µm": "Mikrometer",
             "kg": "Kilogramm", "g": "Gramm", "mg": "Milligramm", "t": "Tonnen", "l": "Liter", "L": "Liter",
             "ml": "Milliliter", "s": "Sekunden", "ms": "Millisekunden", "µs": "Mikrosekunden", "min": "Minuten",
             "h": "Stunden", "Hz": "Hertz", "kHz": "Kilohertz", "MHz": "Megahertz", "GHz": "Gigahertz", "W": "Watt",
             "kW": "Kilowatt", "kWh": "Kilowattstunden", "V": "Volt", "A": "Ampere", "B": "Byte", "kB": "Kilobyte",
             "KB": "Kilobyte", "MB": "Megabyte", "GB": "Gigabyte", "TB": "Terabyte", "°C": "Grad Celsius",
             "°F": "Grad Fahrenheit", "°": "Grad", "%": "Prozent", "px": "Pixel", "m²": "Quadratmeter",
             "km²": "Quadratkilometer", "m³": "Kubikmeter"}
_ONE_DE = {"Tonnen": "Tonne", "Sekunden": "Sekunde", "Millisekunden": "Millisekunde", "Mikrosekunden": "Mikrosekunde",
           "Minuten": "Minute", "Stunden": "Stunde", "Kilowattstunden": "Kilowattstunde"}

GERMAN = Words(
    months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November",
            "Dezember"),
    units={sign: (_ONE_DE.get(name, name), name) for sign, name in _UNITS_DE.items()},
    currencies={"$": ("Dollar", "Dollar", "Cent", "Cent"), "€": ("Euro", "Euro", "", ""),
                "£": ("Pfund", "Pfund", "Pence", "Pence"), "¥": ("Yen", "Yen", "", "")},
    abbreviations={"z. B.": "zum Beispiel", "z.B.": "zum Beispiel", "d. h.": "das heißt", "d.h.": "das heißt",
                   "u. a.": "unter anderem", "u.a.": "unter anderem", "usw.": "und so weiter",
                   "bzw.": "beziehungsweise", "ca.": "circa", "Nr.": "Nummer", "Dr.": "Doktor", "Prof.": "Professor",
                   "Abs.": "Absatz", "Art.": "Artikel", "evtl.": "eventuell", "ggf.": "gegebenenfalls",
                   "inkl.": "inklusive", "zzgl.": "zuzüglich", "vgl.": "vergleiche", "sog.": "sogenannte",
                   "Str.": "Straße", "bspw.": "beispielsweise", "o. ä.": "oder ähnliches", "Mio.": "Millionen",
                   "Mrd.": "Milliarden", "usf.": "und so fort", "St.": "Sankt", "Jh.": "Jahrhundert"},
    symbols={"≈": "ungefähr", "≤": "höchstens", "≥": "mindestens", "≠": "ist nicht", "→": "zu", "⇒": "daraus folgt",
             "±": "plus oder minus", "√": "die Wurzel aus ", "&": "und", "×": "mal", "÷": "geteilt durch",
             "∞": "unendlich"},
    ordinals=("", "erste", "zweite", "dritte", "vierte", "fünfte", "sechste", "siebte", "achte", "neunte", "zehnte",
              "elfte", "zwölfte", "dreizehnte", "vierzehnte", "fünfzehnte", "sechzehnte", "siebzehnte", "achtzehnte",
              "neunzehnte", "zwanzigste", "einundzwanzigste", "zweiundzwanzigste", "dreiundzwanzigste",
              "vierundzwanzigste", "fünfundzwanzigste", "sechsundzwanzigste", "siebenundzwanzigste",
              "achtundzwanzigste", "neunundzwanzigste", "dreißigste", "einunddreißigste"),
    decimal=",", to="bis", per="pro", point="Punkt", minus="minus", about="etwa", link="Link zu {}", image="Bild: {}",
    code="ein Block {}-Code, {}", lines=("eine Zeile", "{} Zeilen"), table="eine Tabelle mit {} und {}",
    formula="eine Formel", date="{day} {month} {year}", half_hours=" Uhr ",
    formula_words={"^2": " hoch 2", "^3": " hoch 3", "^": " hoch ", "_": " ", "=": " gleich ", "+": " plus ",
                   "-": " minus ", "*": " mal ", "/": " durch ", "<": " kleiner als ", ">": " größer als ",
                   "\\cdot": " mal ", "\\times": " mal ", "\\pi": " Pi ", "\\pm": " plus oder minus ",
                   "\\leq": " höchstens ", "\\geq": " mindestens ", "\\neq": " ungleich ", "\\approx": " ungefähr ",
                   "frac": "{} durch {}", "sqrt": "die Wurzel aus {}"})

LANGUAGES = {"en": ENGLISH, "de": GERMAN}
