"""Small word lists of English: the closed classes in full, verbs as far as explanatory texts need them."""

from __future__ import annotations

from functools import lru_cache


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


DETERMINERS = _set("""
    a an the this these those its their his her our your my some any each every no both all such another either
    neither several many most much few more less other what which whose
""")
PREPOSITIONS = _set("""
    of in on at by for with from to into onto over under about above across after against along among around as
    before behind below beneath beside between beyond despite down during except inside like near off out outside
    per since than through throughout toward towards until up upon via within without versus amid regarding
    including
""")
CONJUNCTIONS = _set("""
    and or but nor so yet because although though while whereas if unless when whenever where wherever that whether
    once since until as
""")
PRONOUNS = _set("""
    i you he she it we they me him us them who whom whose which that this these those there here one ones something
    anything everything nothing someone anyone everyone himself herself itself themselves yourself ourselves what
    others
""")
AUXILIARIES = _set("""
    is are was were be been being am has have had having do does did done will would shall should can could may
    might must cannot can't don't doesn't didn't isn't aren't wasn't weren't won't wouldn't it's that's there's
    you're they're we're i'm hasn't haven't let's
""")
ADVERBS = _set("""
    also even just only very quite rather too so then thus hence therefore however moreover furthermore indeed
    instead often sometimes always never usually perhaps maybe still already again ever almost nearly about roughly
    approximately well not n't far soon today now later once twice away back together apart alone else much more
    most less least enough yet finally first second third next last rarely simply merely largely mostly mainly
    actually particularly especially generally fully highly slightly directly originally initially additionally
    similarly meanwhile nevertheless nonetheless otherwise accordingly consequently likewise specifically typically
    recently suddenly certainly clearly obviously simultaneously
""")
ADVERB_TRAPS = _set("""
    family early daily weekly monthly yearly only supply apply reply rely ally fly assembly anomaly friendly likely
    elderly deadly lonely costly timely orderly italy july belly jelly bully monopoly butterfly homily melancholy
    doily holy ugly hourly lively scholarly twice-daily
""")
_VERBS = _set("""
    accept access achieve act adapt add address adjust adopt affect agree aim allow announce answer appear apply
    argue arise arrive ask assert assess assume attract avoid awaken await base become begin believe belong bend
    boost bounce break bring build burn buy call capture carry cause change charge check choose claim climb close
    collect collide combine come compare compete complete comprise compute connect consider consist contain continue
    contribute control convert convey cool cost cover create cross cut damage deal decide decline decrease define
    delay deliver demand demonstrate depend deposit derive describe design destroy detect determine develop die
    differ disappear discover discuss disrupt distort divide dominate draw drive drop earn eat emerge emit enable
    envision encounter encourage end endure ensure enter escape establish estimate evolve examine exceed exist
    expand expect explain explore express extend face fail fall feed feel fight fill find fit fix flow fly focus
    follow forget found fuel gain gather generate get give go grow guide handle happen hear heat help hide hold hope
    identify ignore illustrate imagine impact improve include increase indicate influence inform inspire introduce
    invent invest involve join jump keep kill know lack lead learn leave lend let lie lift limit link listen live
    look lose maintain make manage mark match matter mean measure meet melt mention merge mix move need notice
    observe obtain occur offer open operate organize orbit originate overcome owe own pass pay perceive perform
    permit persist play pose possess prefer prepare present preserve press prevent produce promise promote protect
    prove provide publish pull purchase push put raise range reach read realize receive recognize recommend recover
    reduce refer reflect regulate reinforce reject relate release rely remain remember remove repair replace report
    represent require resemble resist resolve respond rest result retain return reveal revolve ride rise rotate rule
    run satisfy save say scan seal see seek seem sell send separate serve set settle shape share shift shine show
    shrink sink sit sleep slide slow solve speak spend spin split spread stand start stay stick stimulate stop
    stretch strike struggle succeed suffer suggest supply support surround survive suspect swell take talk teach
    tell tend test think threaten tie touch transfer transform transition travel treat try turn understand undergo
    use vary view visit wait walk want warn wash watch wear win work worry write yield experienced emphasize enhance
    facilitate foster interact interpret investigate participate perpetuate verify authenticate encrypt decrypt
    manipulate trick deceive navigate design deploy automate standardize streamline host click scroll swallow chew
    diagnose treat absorb excrete secrete filter circulate ossify heal remodel bind break fracture stabilize
    immobilize condense collapse accrete crash impact vaporize streak glow graze
""")
_IRREGULAR = _set("""
    became began bent brought built bought caught chose chosen came cut dealt died drew drawn drove driven ate eaten
    fell fallen fed felt fought found flew flown forgot got gave given went gone grew grown heard hid hidden held
    kept knew known led left lent lay lost made meant met paid put read rode risen rose ran said saw seen sought
    sold sent set shone shown shrank sank sat slept spoke spoken spent spun stood stuck struck swam took taken
    taught told thought threw thrown understood underwent won wore worn wrote written arose broke broken spread
    split lain
""")


# Verbs whose forms are as often nouns; every other verb form counts as a verb wherever it may be one.
_NOUNS_TOO = _set("""
    use need change result increase decrease cost work attack control impact support design study access damage
    demand supply share plan view report measure visit walk move form attempt address answer benefit call cause
    charge check claim climb contact cover cut deal decline delay drop estimate experience fall feed fight fill fit
    flow focus force gain guide handle heat help hold hope influence interest lack lead lie lift limit link look
    mark match matter meet merge mix move offer open order pass place plan play position press process produce
    promise purchase range raise reach record release repair request rest return ride rise rule run say scan seal
    search sense set shape share shift show sleep slide solve spread stand start state stay step stick stop stretch
    strike struggle swell talk taste test think tie touch transfer transport travel treat trick try turn wait want
    warn wash watch wave wear win wish worry function filter fracture crash glow streak sink spin split stretch
    orbit claim click color store tear cool warm land light sound view hear bend bounce break burn buy concern
    conflict contrast convert exercise feature finish hide host murmur notice object project protest
""")


@lru_cache(maxsize=1)
def _forms() -> dict[str, str]:
    """Every form of the verbs above, and the base that it belongs to."""
    forms = {form: form for form in _IRREGULAR} | {base: base for base in _VERBS}
    for base in _VERBS:
        stem = base[:-1] if base.endswith("e") else base
        soft = base.endswith("y") and base[-2] not in "aeiou"
        third = base[:-1] + "ies" if soft else base + ("es" if base.endswith(("s", "sh", "ch", "x", "z", "o")) else "s")
        for form in (stem + "ing", stem + "ed", base + base[-1] + "ing", base + base[-1] + "ed", third):
            forms.setdefault(form, base)
        if soft:
            forms.setdefault(base[:-1] + "ied", base)
    return forms


@lru_cache(maxsize=1)
def verbs() -> frozenset[str]:
    return frozenset(_forms())


def is_noun_too(form: str) -> bool:
    """May this verb form be a noun as well ("change", "results")?"""
    return _forms().get(form, form) in _NOUNS_TOO


FUNCTION = DETERMINERS | PREPOSITIONS | CONJUNCTIONS | PRONOUNS | AUXILIARIES
# Words that say nothing on a screen by themselves.
HOLLOW = _set("""
    thing things way ways fact case cases example examples number kind kinds type types sort part parts lot time
    times result results reason reasons point points form forms order people person work something step steps use
    uses place places addition term terms set area areas level levels amount amounts idea ideas information same
    different new good great large small many several various certain important possible available able one two
    three four five six seven eight nine ten today year years day days end beginning hour hours minute minutes side
    sides half rest kinds bit end ends month months week weeks ago cubic centimeter centimeters meter meters
    kilometer kilometers mile miles
""")
# Words that can be left out of a phrase on the screen: they stress, and change nothing that is claimed.
EMPHASIS = _set("""
    also even just very quite rather so too indeed then thus hence therefore however really actually simply basically
    clearly obviously truly certainly surely particularly especially extremely highly greatly incredibly remarkably
    surprisingly interestingly importantly fortunately unfortunately naturally essentially literally absolutely
    traditionally frequently ultimately newly famously
""")
# Adjectives that belong to the words after them when they stand at a phrase's end: "consumers desperate (for)".
TRAILING = _set("""
    desperate available able likely familiar similar due ready necessary capable aware full common possible different
    unable present responsible important enough bright
""")
# A phrase cannot end with these: something is still to come.
LEADS_ON = (
    DETERMINERS
    | PREPOSITIONS
    | CONJUNCTIONS
    | AUXILIARIES
    | _set(
        "not very more less who little never become becomes became remain remains seem seems"
        " come comes came lie lies lay consist consists depend depends belong belongs"
    )
)
# A phrase cannot begin with these: something came before.
LEANS_BACK = CONJUNCTIONS | _set("""
    of at for on into via like about than is are was were which it they he she this these those them by to from there
    with also has have had allowed allowing enabled enabling caused causing let letting made far not
""")
