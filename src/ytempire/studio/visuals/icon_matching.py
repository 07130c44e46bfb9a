"""Which drawn icon belongs to a text: by its own words first, then by its surroundings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ytempire.studio.visuals import icons
from ytempire.studio.visuals.sentence_analysis import lexicon

# icon: words that call for it (stems). More specific icons come first: on a tie the earlier one wins.
_CALLS = """
planet: planet saturn jupiter mars venus orbit orbiting satellite
moon: moon lunar night
moon-stars: sky nightfall midnight evening
sun: sun sunlight solar daylight sunrise heat
meteor: meteor meteorite asteroid comet impact crater collision
shooting-star: shooting shower streak perseid leonid trail
star: star galaxy galaxies universe cosmos milky quasar supercluster cluster constellation cosmic
spiral: spiral andromeda
rocket-launch: rocket space spacecraft launch mission nasa apollo shuttle astronaut
globe-hemisphere-west: earth world planetwide global continent hemisphere country countries america american
waves: tide tidal wave ocean sea bulge surf flow current coast shore
drop: water fluid liquid saliva hydration drink dehydration thirst sweat moisture
drop-half: blood plasma urine output secretion osmolality solution
atom: atom atomic nucleus electron proton neutron particle hydrogen element nuclear physics quantum matter
circles-three: molecule compound chemical carbon oxygen nitrogen
magnet: magnet magnetic attract attraction pull gravity gravitational force
lightning: electricity electric energy power shock voltage lightning
fire-simple: explosion bang blast fire burn flame hot vaporize friction volcano
cloud-rain: rain storm weather precipitation climate
wind: wind air breeze atmosphere breath
thermometer-hot: temperature warm fever degree
snowflake: cold ice snow frost winter freeze
mountains: mountain hill rock crust geology land terrain
tree: tree forest wood
plant: plant leaf grow growth seed crop
grains: farm farmer wheat grain agriculture harvest
tractor: rural tractor field
cow: cattle cow livestock
fish: fish fishing
bird: bird
dog: dog pavlov animal pet
horse: horse wagon stagecoach
footprints: walk step foot
train: train railroad railway locomotive rail
steps: stairs level stage phase
sailboat: boat ship canal steamboat river waterway shipping erie
anchor: port harbor navy
road-horizon: road highway turnpike route travel journey trip
car-profile: car automobile vehicle drive driver
bus: bus transit
airplane-tilt: airplane flight fly aircraft aviation
bridge: bridge connect
truck: transport transportation freight delivery cargo
factory: factory industry industrial manufacturing coal steel iron
hammer: build labor worker craft construction
hard-hat: job wage employment
storefront: store shop retail market merchant
shopping-cart: buy consumer purchase shopping customer shopper product
shopping-bag: fashion clothes sale
credit-card: credit card debt payment loan
currency-circle-dollar: dollar money price cost pay
coins: income profit wealth revenue
piggy-bank: saving budget
chart-line-up: increase rise economy trend boom
chart-line-down: decrease decline fall drop loss
chart-bar: statistic data rate measure number figures analysis
chart-pie-slice: share percent proportion
megaphone: advertising advertisement advertise announce campaign publicity
book-open: catalog book read reading reader textbook
newspaper: newspaper press journalism article news magazine
television-simple: television tv broadcast network screen
radio: radio station listener
film-slate: movie film hollywood cinema director actor
microphone-stage: singer song entertainer comedian performer
guitar: rock rebellion band elvis
music-notes: music sound tune rhythm melody
vinyl-record: vinyl album
sparkle: magic wonder beauty glow light bright
users-three: people community society public population group audience citizen
users: couple partner team colleague family parents
user-circle: person individual man woman someone user
baby: baby child infant children boom birth generation
student: student school college teen youth
graduation-cap: learn learning education teach training skill
chalkboard-teacher: teacher lesson presentation classroom workshop
brain: brain memory mind dementia alzheimer cognitive thinking mental neuron nerve hypothalamus
head-circuit: psychology psychologist behavior conditioning stimulus reflex instinct association
lightbulb: idea insight innovation principle theory thought concept solution inventive
eye: see vision visual perception perceive sight look watch
shapes: shape figure pattern form gestalt object
grid-nine: proximity similarity grouping
circle-half: figure-ground contrast background
intersect-three: overlap combine closure whole
infinity: continuity endless continuous
ear: hear hearing listen sound
hand-eye: touch sensation
bone: bone fracture skeleton osteoclast cartilage callus
stethoscope: doctor physician health medical clinic diagnosis
pill: medicine drug medication diuretic treatment pill
first-aid-kit: injury wound heal healing emergency surgery
syringe: hormone injection vaccine adh
heartbeat: heart cardiovascular pulse
dna: gene genetic dna inherited
virus: virus infection disease bacteria germ
microscope: cell tissue microscope microscopic research study
flask: experiment laboratory science scientist chemistry
test-tube: test sample trial
tooth: tooth teeth dental dentist mouth gum oral
hospital: hospital patient care caregiver
bed: sleep rest
fork-knife: food eat eating diet meal chew
barbell: exercise fitness muscle strength
clock: time hour minute day
hourglass-medium: age aging years old wait
calendar-dots: date calendar week month year annual schedule
clock-counter-clockwise: history past ago century early
scroll: law treaty constitution document
gavel: court judge legal congress crime criminal
bank: government federal agency agencies states policy official administration
police-car: police
siren: emergency alarm
scales: justice fair balance equality equal
flag: national nation flag president
database: database dataset datasets storage records
lock-key: security secure protect password encryption encrypt cryptography
key: key login access authentication
shield-check: safe safety protection privacy trust
fingerprint-simple: identity biometric fingerprint
password: code factor two-factor 2fa pin
detective: attack attacker phishing hacker fraud scam cybercriminal tamper deceptive trick
warning: danger risk warning threat problem issue
bug-beetle: bug error defect
qr-code: qr
scan: scan scanning scanner
device-mobile-speaker: phone smartphone mobile app apps
link: link url address hyperlink
browser: website web site page internet online browser
cursor-click: click button interface
envelope-simple: email mail message letter
mailbox: mail-order postal
computer-tower: computer software technology
code: code programming script
git-branch: version feature iteration deploy
terminal-window: command server
cpu: hardware chip processor
network: network connection collaboration
share-network: share sharing
kanban: kanban board column wip card
list-checks: task list checklist backlog todo
note-pencil: write writing note notes draft
rocket: ship
wheelchair-motion: accessibility accessible disability disabilities wheelchair
translate: language plain translation
palette: design designer color art artist
pencil-ruler: prototype sketch plan layout
puzzle-piece: piece component part problem-solving
gear-six: machine process mechanism engine automatic operation function
wrench: tool repair maintain fix
magnifying-glass: find search discover explore investigate
target: goal aim focus purpose
trophy: success win achievement award
medal: best quality excellence
map-trifold: map location place region
compass: direction navigate guide
city: city urban town
buildings: company business corporation firm
house-line: home house household suburb suburban
handshake: agreement partnership trust cooperate
chats-circle: talk conversation discuss feedback communication
question: question why ask
scales: weight compare
ruler: size length distance meter kilometer diameter height depth
arrows-out-cardinal: expand stretch spread wide
speedometer: speed fast quick rapid velocity
recycle: recycle reuse environment
arrows-clockwise: cycle repeat rotate rotation turn again
tree-structure: structure hierarchy organization classify
stack: layer
package: goods box supply package container
hand-coins: afford
""".strip()


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, int]]:
    index: dict[str, tuple[str, int]] = {}
    shipped = icons.names()
    for rank, row in enumerate(_CALLS.splitlines()):
        name, words = row.split(":")
        if name in shipped:
            for word in words.split():
                index.setdefault(_root(word), (name, rank))
    return index


def _root(word: str) -> str:
    word = word.lower().replace("’s", "").replace("'s", "")
    for ending in ("ings", "ing", "ies", "ers", "er", "ed", "es", "s", "y", "e"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def matching(text: str) -> list[str]:
    """Icons that words of `text` call for, the later and so newer word first among equals."""
    icons: dict[str, int] = {}
    for i, word in enumerate(re.findall(r"[A-Za-z0-9’'-]+", text)):
        if word.lower() in lexicon.FUNCTION:
            continue
        entry = _index().get(_root(word))
        if entry:
            icons.setdefault(entry[0], i)
    return list(icons)


_ABSTRACT = ("intersect-three", "shapes", "spiral", "circles-three", "infinity", "compass-rose")


def choose(texts: Sequence[str], *, avoid: Sequence[str], seed: int) -> str:
    """The icon for a scene: from the first of `texts` (nearest first) that calls for one not in `avoid`."""
    for text in texts:
        for name in matching(text):
            if name not in avoid:
                return name
    for text in texts:  # better an icon seen a moment ago than one about nothing
        if icons := matching(text):
            return icons[seed % len(icons)]
    return _ABSTRACT[seed % len(_ABSTRACT)]
