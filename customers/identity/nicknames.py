"""Short forms of given names, each beside the name that it stands for."""

_FORMS = """
alexander: alex al sandy xander alec
alexandra: lexi sasha alexa sandra
andrew: andy drew
anthony: tony
antonia: toni
barbara: barb babs
benjamin: ben benny
catherine: cathy kate katie kathy kathryn katherine cath kay kit kitty katharine
charles: charlie chuck chas
christine: chris christina chrissy tina
christopher: kit topher
daniel: dan danny
david: dave davy
deborah: deb debbie debra
dorothy: dot dottie dolly
edward: ed eddie ted teddy ned
eleanor: ellie nell nora elinor
elizabeth: liz lizzie beth betty eliza bess bessie libby elisabeth betsy
emily: em emmy
frances: fran fanny
francis: frank
frederick: fred freddie freddy
geoffrey: geoff jeff jeffrey
george: georgie
gerald: gerry jerry
gregory: greg
harold: hal
henry: harry hank
isabella: bella izzy isabel isabelle
jacob: jake
jacqueline: jackie
james: jim jimmy jamie jem
jennifer: jen jenny
john: jack johnny jon johnnie
jonathan: jonny
joseph: joe joey
joshua: josh
judith: judy
kenneth: ken kenny
lawrence: larry laurie laurence
leonard: len lenny leo
lewis: lou louis
margaret: maggie meg peggy madge marge margie daisy
martin: marty
mary: molly polly mamie
matthew: matt
megan: meggie
michael: mike mick mickey micky
nathaniel: nat nathan
nicholas: nick nicky
olivia: liv livvy
pamela: pam
patricia: pat trish patsy tricia
patrick: paddy
peter: pete
philip: phil phillip pip
rebecca: becky becca
richard: dick rick ricky rich richie
robert: rob bob bobby robbie bert
ronald: ron ronnie
rosemary: rosie
samantha: sammy
samuel: sam
sarah: sally sadie sara
stephanie: steph
stephen: steve steven
susan: sue susie suzanne susannah
theodore: theo
theresa: terry tess teresa
thomas: tom tommy
timothy: tim
valerie: val
victoria: vicky tori
vincent: vince
walter: walt wally
william: bill billy will willie wm
zachary: zach zack
"""

FORMAL = {
    short: formal
    for formal, shorts in (line.split(": ") for line in _FORMS.strip().splitlines())
    for short in shorts.split()
}
