"""Short forms of given names, each beside the name that it stands for."""

_FORMS = """
abigail: abby abbie gail
albert: al bert
alexander: alex al sandy xander alec sasha
alexandra: lexi sasha alexa sandra alex
alfred: alf alfie fred
amanda: mandy
andrew: andy drew
angela: angie
anna: annie nan
anthony: tony ant
antonia: toni
arthur: art
barbara: barb babs
beatrice: bea trixie beatrix
benjamin: ben benny benji
bethany: beth
catherine: cathy kate katie kathy kathryn katherine cath kay kit kitty katharine cat
charles: charlie chuck chas
charlotte: charlie lottie
christine: chris christina chrissy tina
christopher: kit topher chris
daniel: dan danny
david: dave davy
deborah: deb debbie debra
dorothy: dot dottie dolly
edward: ed eddie ted teddy ned
eleanor: ellie nell nora elinor
elizabeth: liz lizzie beth betty eliza bess bessie libby elisabeth betsy
emily: em emmy
florence: flo florrie flossie
frances: fran fanny
francis: frank
frederick: fred freddie freddy
gareth: gaz
geoffrey: geoff jeff jeffrey
george: georgie
georgina: gina georgie georgia
gerald: gerry jerry
gregory: greg
harold: hal harry
henry: harry hank hal
isabella: bella izzy isabel isabelle
jacob: jake
jacqueline: jackie
james: jim jimmy jamie jem
janet: jan
jennifer: jen jenny
jessica: jess jessie
joanna: jo joanne
john: jack johnny jon johnnie
jonathan: jonny jon
joseph: joe joey
joshua: josh
judith: judy
kenneth: ken kenny
lawrence: larry laurie laurence
leonard: len lenny leo
lewis: lou louis lew
malcolm: mal
margaret: maggie meg peggy madge marge margie daisy
martin: marty
mary: molly polly mamie
matthew: matt
megan: meggie meg
michael: mike mick mickey micky
mohammed: mohammad muhammad mohamed mo
natalie: nat
nathaniel: nat nate nathan
nicholas: nick nicky
nicola: nicky nikki
oliver: ollie
olivia: liv livvy
pamela: pam
patricia: pat trish patsy tricia
patrick: paddy pat
peter: pete
philip: phil phillip pip
philippa: pippa
rachel: rach
raymond: ray
rebecca: becky becca
richard: dick rick ricky rich richie
robert: rob bob bobby robbie bert
ronald: ron ronnie
rosemary: rosie rose
samantha: sammy sam
samuel: sam sammy
sarah: sally sadie sara
stephanie: steph
stephen: steve steven stevie
stuart: stu
susan: sue susie suzanne susannah
terence: terry
theodore: theo ted
theresa: terry terri tess tessa teresa
thomas: tom tommy
timothy: tim
tomasz: tomek
valerie: val
victoria: vicky tori
vincent: vince
walter: walt wally
william: bill billy will willie wm liam
yusuf: yousef joseph
zachary: zach zack zac
"""

GROUPS = tuple(
    (formal, *shorts.split())
    for formal, shorts in (line.split(": ") for line in _FORMS.strip().splitlines())
)
"""Names that may stand for each other, the formal one first; a short one may be in several."""

_FORMAL_NAMES = {formal for formal, *_ in GROUPS}

FORMAL = {
    short: formal for formal, *shorts in GROUPS for short in shorts if short not in _FORMAL_NAMES
}
"""What a short form stands for; of several names the last."""
