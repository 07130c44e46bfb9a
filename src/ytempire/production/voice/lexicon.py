"""Tables for reading aloud: what a reader says for units, abbreviations and signs. English."""

from __future__ import annotations

# Sign after a number: (said for one, said for more).
UNITS: dict[str, tuple[str, str]] = {
    "km": ("kilometer", "kilometers"), "m": ("meter", "meters"), "cm": ("centimeter", "centimeters"),
    "mm": ("millimeter", "millimeters"), "µm": ("micrometer", "micrometers"), "μm": ("micrometer", "micrometers"),
    "nm": ("nanometer", "nanometers"), "mi": ("mile", "miles"), "ft": ("foot", "feet"), "yd": ("yard", "yards"),
    "kg": ("kilogram", "kilograms"), "g": ("gram", "grams"), "mg": ("milligram", "milligrams"),
    "µg": ("microgram", "micrograms"), "lb": ("pound", "pounds"), "lbs": ("pound", "pounds"), "oz": ("ounce", "ounces"),
    "t": ("ton", "tons"), "L": ("liter", "liters"), "l": ("liter", "liters"), "mL": ("milliliter", "milliliters"),
    "ml": ("milliliter", "milliliters"), "gal": ("gallon", "gallons"), "s": ("second", "seconds"),
    "sec": ("second", "seconds"), "ms": ("millisecond", "milliseconds"), "min": ("minute", "minutes"),
    "h": ("hour", "hours"), "hr": ("hour", "hours"), "hrs": ("hour", "hours"), "yr": ("year", "years"),
    "yrs": ("year", "years"), "Hz": ("hertz", "hertz"), "kHz": ("kilohertz", "kilohertz"),
    "MHz": ("megahertz", "megahertz"), "GHz": ("gigahertz", "gigahertz"), "W": ("watt", "watts"),
    "kW": ("kilowatt", "kilowatts"), "MW": ("megawatt", "megawatts"), "GW": ("gigawatt", "gigawatts"),
    "kWh": ("kilowatt hour", "kilowatt hours"), "V": ("volt", "volts"), "J": ("joule", "joules"),
    "kJ": ("kilojoule", "kilojoules"), "kcal": ("kilocalorie", "kilocalories"), "Pa": ("pascal", "pascals"),
    "hPa": ("hectopascal", "hectopascals"), "N": ("newton", "newtons"), "dB": ("decibel", "decibels"),
    "KB": ("kilobyte", "kilobytes"), "kB": ("kilobyte", "kilobytes"), "MB": ("megabyte", "megabytes"),
    "GB": ("gigabyte", "gigabytes"), "TB": ("terabyte", "terabytes"), "ha": ("hectare", "hectares"),
    "°C": ("degree Celsius", "degrees Celsius"), "°F": ("degree Fahrenheit", "degrees Fahrenheit"),
    "°": ("degree", "degrees"), "K": ("kelvin", "kelvin"), "%": ("percent", "percent"), "‰": ("per mille", "per mille"),
    "mph": ("mile per hour", "miles per hour"), "km/h": ("kilometer per hour", "kilometers per hour"),
    "kph": ("kilometer per hour", "kilometers per hour"), "m/s": ("meter per second", "meters per second"),
    "km/s": ("kilometer per second", "kilometers per second"), "m2": ("square meter", "square meters"),
    "m²": ("square meter", "square meters"), "km2": ("square kilometer", "square kilometers"),
    "km²": ("square kilometer", "square kilometers"), "m3": ("cubic meter", "cubic meters"),
    "m³": ("cubic meter", "cubic meters"), "cm3": ("cubic centimeter", "cubic centimeters"),
    "cm³": ("cubic centimeter", "cubic centimeters"), "mg/dL": ("milligram per deciliter", "milligrams per deciliter"),
    "g/cm3": ("gram per cubic centimeter", "grams per cubic centimeter"),
    "g/cm³": ("gram per cubic centimeter", "grams per cubic centimeter"),
    "kg/m3": ("kilogram per cubic meter", "kilograms per cubic meter"), "fps": ("frame per second", "frames per second"),
    "px": ("pixel", "pixels"),
}
# Letters that are words of their own, or that follow numbers in names: units only where they touch the number
# ("5m") or where the text can mean nothing else; "Apollo 11 s" does not occur, "20 m" does.
MAGNITUDES = {"hundred", "thousand", "million", "billion", "trillion", "quadrillion"}
MAGNITUDE_SIGNS = {"k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "bn": "billion",
                   "B": "billion", "b": "billion", "T": "trillion", "tn": "trillion"}
# Sign: (one, more, one hundredth, more hundredths).
CURRENCIES = {"$": ("dollar", "dollars", "cent", "cents"), "€": ("euro", "euros", "cent", "cents"),
              "£": ("pound", "pounds", "penny", "pence"), "¥": ("yen", "yen", "sen", "sen"),
              "₹": ("rupee", "rupees", "paisa", "paise")}
ABBREVIATIONS = {
    "dr.": "Doctor", "mr.": "Mister", "mrs.": "Missus", "ms.": "Miz", "prof.": "Professor", "rev.": "Reverend",
    "gen.": "General", "col.": "Colonel", "capt.": "Captain", "lt.": "Lieutenant", "sen.": "Senator",
    "gov.": "Governor", "pres.": "President", "hon.": "Honorable", "st.": "Saint", "mt.": "Mount", "ft.": "Fort",
    "jr.": "Junior", "sr.": "Senior", "inc.": "Incorporated", "corp.": "Corporation", "co.": "Company",
    "ltd.": "Limited", "bros.": "Brothers", "dept.": "Department", "univ.": "University", "assn.": "Association",
    "e.g.": "for example", "i.e.": "that is", "etc.": "et cetera", "vs.": "versus", "vs": "versus", "v.": "versus",
    "cf.": "compare", "viz.": "namely", "approx.": "approximately", "ca.": "circa", "est.": "established",
    "fig.": "figure", "figs.": "figures", "vol.": "volume", "ed.": "edition", "eds.": "editors", "pp.": "pages",
    "no.": "number", "nos.": "numbers", "ave.": "Avenue", "blvd.": "Boulevard", "al.": "al", "min.": "minutes",
    "a.m.": "A.M", "p.m.": "P.M", "am": "am", "ph.d.": "P.H.D", "m.d.": "M.D", "b.a.": "B.A", "w/": "with",
    "w/o": "without", "c/o": "care of", "b.c.": "B.C", "a.d.": "A.D", "b.c.e.": "B.C.E", "c.e.": "C.E",
}
# Only an abbreviation before a name or a number; elsewhere the end of a sentence ("There is no.").
NEEDS_FOLLOWER = {"no.", "nos.", "st.", "mt.", "ft.", "gen.", "col.", "sen.", "gov.", "hon.", "co.", "ed.", "al.",
                  "v.", "min.", "fig.", "pres.", "rev.", "est.", "ca."}
MONTHS = {"jan": "January", "feb": "February", "mar": "March", "apr": "April", "jun": "June", "jul": "July",
          "aug": "August", "sep": "September", "sept": "September", "oct": "October", "nov": "November",
          "dec": "December"}
MONTH_NAMES = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
               "November", "December"}
SYMBOLS = {"&": "and", "+": "plus", "=": "equals", "×": "times", "÷": "divided by", "→": "to", "@": "at", "/": "or",
           "~": "about", "≈": "about", "<": "less than", ">": "more than", "≤": "at most", "≥": "at least",
           "±": "plus or minus", "%": "percent", "#": "number", "*": "", "•": "", "|": "", "–": ",", "—": ",",
           "-": ",", "--": ",", "…": ",", "...": ",", "§": "section", "°": "degrees", "½": "one half",
           "¼": "one quarter", "¾": "three quarters"}
# Capitals that are read as a word; other capitals of up to three letters, and those without a vowel, are spelled.
READ_AS_WORD = {"NASA", "NATO", "SNAP", "RAMP", "UNESCO", "UNICEF", "OPEC", "AIDS", "COVID", "SARS", "MERS", "LASER",
                "RADAR", "SONAR", "NOAA", "DARPA", "PIN", "RAM", "ROM", "SIM", "GIF", "CAPTCHA", "ASCII", "JPEG", "OPEN",
                "FIDO", "PIV", "CAC", "ALT", "WIP", "NIBRS", "FAD", "FAQ", "OSHA", "FEMA", "HUD", "VAT", "ZIP", "MOMA",
                "NORAD", "SWAT", "SCUBA", "NOT", "ALL", "AND", "THE", "NO", "YES", "NEW", "NOW", "DO", "SO", "ONE", "TWO"}
SPELLED = {"USA", "USDA", "USAID", "USWDS", "UNHCR", "HTML", "HTTP", "HTTPS", "IEEE", "EEOC", "AARP", "IAEA", "ASCAP",
           "ICAO", "IATA", "IUCN", "ADHD", "CEOS", "IAAS", "OECD", "OAUTH"}
ROMAN_CUES = {"war", "part", "chapter", "type", "phase", "volume", "act", "title", "section", "class", "apollo", "stage",
              "bowl", "model", "book", "article", "grade", "level", "gemini", "angiotensin", "factor", "mark", "saturn",
              "collagen", "rocky", "scene"}
DOMAIN_ENDS = ("com", "org", "net", "gov", "edu", "io", "ai", "info", "int", "mil", "uk", "de", "fr", "eu", "us", "dev",
               "app", "tv", "me", "co")
