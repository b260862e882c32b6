"""What people, places and products are called. Everything is invented or too common to be one."""

from typing import NamedTuple

GIVEN = (
    *("Aisha", "Alan", "Amelia", "Andrew", "Anita", "Beth", "Brian", "Callum", "Carol", "Chloe"),
    *("Daniel", "Deepak", "Diane", "Edward", "Eilidh", "Emma", "Farah", "Fiona", "Gareth"),
    *("George", "Grace", "Hannah", "Harjit", "Helen", "Ian", "Imogen", "Isla", "Jack", "James"),
    *("Jean", "Joanna", "Karim", "Kate", "Kenneth", "Laura", "Leanne", "Liam", "Lucy", "Malcolm"),
    *("Maria", "Martin", "Megan", "Mohammed", "Nadia", "Neil", "Nia", "Oliver", "Owen"),
    *("Pauline", "Peter", "Rachel", "Ravi", "Rhys", "Rosie", "Ruth", "Samuel", "Sarah", "Sean"),
    *("Shanice", "Simon", "Sophie", "Stephen", "Susan", "Thomas", "Tomasz", "Victoria", "Wendy"),
    *("William", "Yusuf", "Zoe"),
)

FAMILY = (
    *("Adeyemi", "Ahmed", "Allen", "Bailey", "Baker", "Barker", "Begum", "Bell", "Brown"),
    *("Campbell", "Carter", "Chapman", "Clarke", "Collins", "Cooper", "Cox", "Davies", "Dixon"),
    *("Edwards", "Evans", "Fletcher", "Foster", "Fraser", "Gill", "Graham", "Green", "Griffiths"),
    *("Hall", "Harris", "Holt", "Hughes", "Hunt", "Hussain", "Jackson", "Jenkins", "Johnson"),
    *("Jones", "Kaur", "Kelly", "Khan", "King", "Kowalski", "Lewis", "Lloyd", "Marshall"),
    *("Mason", "Mills", "Mitchell", "Moore", "Morgan", "Murphy", "Murray", "Nowak", "Owen"),
    *("Palmer", "Parker", "Patel", "Pearce", "Phillips", "Powell", "Price", "Reid", "Roberts"),
    *("Robinson", "Rogers", "Ross", "Scott", "Shah", "Shaw", "Singh", "Smith", "Stewart"),
    *("Sutton", "Taylor", "Thomas", "Thompson", "Turner", "Walker", "Watson", "Webb"),
)

STREETS = (
    *("Acre Lane", "Beech Road", "Bridge Street", "Castle Hill", "Chapel Lane", "Church Street"),
    *(
        "Dale View",
        "Elm Grove",
        "Field Close",
        "Garden Row",
        "Hill Rise",
        "Holly Drive",
        "Kiln Lane",
    ),
    *("Lime Avenue", "Market Street", "Mill Lane", "Oak Road", "Orchard Way", "Park Terrace"),
    *(
        "Priory Road",
        "Quarry Street",
        "Rectory Lane",
        "School Lane",
        "Station Road",
        "Vicarage Lane",
    ),
)


class Town(NamedTuple):
    """A town with a Larkfield store; `area` is its postcode area, `north` its winter range."""

    name: str
    area: str
    north: bool


TOWNS = (
    Town("York", "YO", north=True),
    Town("Hull", "HU", north=True),
    Town("Harrogate", "HG", north=True),
    Town("Carlisle", "CA", north=True),
    Town("Derby", "DE", north=False),
    Town("Lincoln", "LN", north=False),
    Town("Shrewsbury", "SY", north=False),
    Town("Ipswich", "IP", north=False),
)


class Product(NamedTuple):
    """One product and its shelf price in pounds."""

    name: str
    category: str
    price: float


PRODUCTS = (
    Product("GU10 warm white bulb, 4 pack", "lighting", 9.00),
    Product("LED bulb E27, 6 pack", "lighting", 12.50),
    Product("Brass table lamp", "lighting", 39.00),
    Product("Linen lamp shade", "lighting", 22.00),
    Product("AA batteries, 8 pack", "batteries", 6.50),
    Product("AAA batteries, 12 pack", "batteries", 8.00),
    Product("Smoke alarm battery", "batteries", 4.50),
    Product("Matt emulsion 5 l, Chalk", "paint", 32.00),
    Product("Matt emulsion 2.5 l, Moss", "paint", 21.00),
    Product("Paint tester", "paint", 2.50),
    Product("Brush and roller set", "paint", 14.00),
    Product("Compost 50 l", "garden", 7.00),
    Product("Bedding plants, tray of 12", "garden", 9.50),
    Product("Rattan garden chair", "garden", 79.00),
    Product("Hose and reel 25 m", "garden", 34.00),
    Product("Cordless drill", "tools", 69.00),
    Product("Screwdriver set", "tools", 16.00),
    Product("Spirit level 60 cm", "tools", 13.00),
    Product("Cast iron pan", "kitchen", 28.00),
    Product("Glass storage jars, set of 5", "kitchen", 18.00),
    Product("Kettle 1.7 l", "kitchen", 35.00),
    Product("Bedside table", "bedroom", 64.00),
    Product("Cotton duvet cover, double", "bedroom", 30.00),
    Product("Pillow pair", "bedroom", 20.00),
    Product("Underbed boxes, pair", "storage", 17.00),
    Product("Shelf unit, five tier", "storage", 45.00),
    Product("Fairy lights 20 m", "christmas", 15.00),
    Product("Artificial tree 180 cm", "christmas", 60.00),
    Product("Oil-filled radiator", "heating", 55.00),
    Product("Draught excluder", "heating", 11.00),
)

CATEGORIES = tuple(dict.fromkeys(product.category for product in PRODUCTS))
