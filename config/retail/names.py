"""What people and streets are called: made of parts, so that there are enough of them."""

FEMALE = (
    *("Abigail", "Aisha", "Alexandra", "Amanda", "Amelia", "Angela", "Anita", "Anna", "Barbara"),
    *("Beatrice", "Bethany", "Bridget", "Carol", "Caroline", "Catherine", "Charlotte", "Chloe"),
    *("Christine", "Claire", "Deborah", "Diane", "Dorothy", "Eilidh", "Eleanor", "Elizabeth"),
    *("Emily", "Emma", "Eve", "Farah", "Fatima", "Fiona", "Florence", "Frances", "Georgina"),
    *("Grace", "Hannah", "Harjit", "Heather", "Helen", "Imogen", "Isabella", "Isla", "Jacqueline"),
    *("Jane", "Janet", "Jasmine", "Jean", "Jennifer", "Jessica", "Joanna", "Judith", "Julia"),
    *("Karen", "Katherine", "Kirsty", "Laura", "Leanne", "Lucy", "Lynn", "Margaret", "Maria"),
    *("Mary", "Megan", "Michelle", "Molly", "Nadia", "Natalie", "Nia", "Nicola", "Nirmala"),
    *("Olivia", "Pamela", "Patricia", "Pauline", "Phoebe", "Poppy", "Priya", "Rachel", "Rebecca"),
    *("Rosemary", "Ruth", "Samantha", "Sarah", "Shanice", "Sharon", "Sian", "Sophie", "Susan"),
    *("Teresa", "Tracey", "Ursula", "Valerie", "Victoria", "Wendy", "Yasmin", "Zoë"),
)
MALE = (
    *("Aaron", "Adam", "Alan", "Albert", "Alexander", "Alfie", "Alistair", "Andrew", "Anthony"),
    *("Arjun", "Arthur", "Benjamin", "Brian", "Callum", "Charles", "Christopher", "Colin"),
    *("Craig", "Daniel", "David", "Deepak", "Derek", "Dominic", "Duncan", "Edward", "Ethan"),
    *("Euan", "Francis", "Frederick", "Gareth", "Gary", "Geoffrey", "George", "Gerald", "Graham"),
    *("Gregory", "Harry", "Henry", "Hugh", "Ian", "Ibrahim", "Isaac", "Jack", "Jacob", "James"),
    *("Jason", "John", "Jonathan", "Joseph", "Joshua", "Karim", "Keith", "Kenneth", "Kevin"),
    *("Lawrence", "Leo", "Lewis", "Liam", "Luke", "Malcolm", "Marcus", "Mark", "Martin"),
    *("Matthew", "Michael", "Mohammed", "Nathaniel", "Neil", "Nicholas", "Noah", "Oliver"),
    *("Oscar", "Owen", "Patrick", "Paul", "Peter", "Philip", "Ravi", "Raymond", "Rhys", "Richard"),
    *("Robert", "Ronald", "Ryan", "Samuel", "Sanjay", "Sean", "Simon", "Stephen", "Stuart"),
    *("Thomas", "Timothy", "Tomasz", "Trevor", "Victor", "Walter", "William", "Yusuf", "Zachary"),
)
NICKNAMES = dict(
    pair.split(":")
    for pair in (
        *("Abigail:Abbie", "Alexandra:Lexi", "Amanda:Mandy", "Angela:Angie", "Anna:Annie"),
        *("Barbara:Babs", "Beatrice:Bea", "Bethany:Beth", "Catherine:Kate", "Charlotte:Lottie"),
        *("Christine:Chris", "Deborah:Debbie", "Dorothy:Dot", "Eleanor:Ellie", "Elizabeth:Liz"),
        *("Florence:Flo", "Georgina:Gina", "Isabella:Bella", "Jacqueline:Jackie"),
        *("Jennifer:Jenny", "Jessica:Jess", "Joanna:Jo", "Judith:Judy", "Katherine:Kathy"),
        *("Margaret:Maggie", "Natalie:Nat", "Nicola:Nicky", "Pamela:Pam", "Patricia:Trish"),
        *("Rebecca:Becky", "Rosemary:Rosie", "Samantha:Sam", "Susan:Sue", "Teresa:Terri"),
        *("Victoria:Vicky", "Albert:Bert", "Alexander:Alex", "Andrew:Andy", "Anthony:Tony"),
        *("Benjamin:Ben", "Charles:Charlie", "Christopher:Chris", "Daniel:Dan", "David:Dave"),
        *("Edward:Ted", "Frederick:Fred", "Gareth:Gaz", "Geoffrey:Geoff", "Gregory:Greg"),
        *("James:Jim", "Jonathan:Jon", "Joseph:Joe", "Joshua:Josh", "Kenneth:Ken"),
        *("Lawrence:Larry", "Malcolm:Mal", "Matthew:Matt", "Michael:Mike", "Mohammed:Mo"),
        *("Nathaniel:Nate", "Nicholas:Nick", "Oliver:Ollie", "Patrick:Paddy", "Peter:Pete"),
        *("Philip:Phil", "Raymond:Ray", "Richard:Dick", "Robert:Bob", "Ronald:Ron", "Samuel:Sam"),
        *("Stephen:Steve", "Stuart:Stu", "Thomas:Tom", "Timothy:Tim", "William:Bill"),
        "Zachary:Zac",
    )
)

_BEGINNINGS = (
    *("Al", "Ash", "Bar", "Beck", "Black", "Brad", "Bram", "Brook", "Burn", "Carl", "Chad"),
    *("Clay", "Cold", "Cran", "Craw", "Dal", "Den", "Dun", "East", "Elling", "Fair", "Farn"),
    *("Fen", "Gar", "Glad", "Green", "Grim", "Hal", "Ham", "Hart", "Hather", "Hay", "Hazel"),
    *("Hol", "Hors", "Hutch", "Kel", "Ken", "Kim", "Kirk", "Lang", "Ley", "Lin", "Lock", "Mar"),
    *("Mel", "Mil", "Mor", "Nether", "New", "Nor", "Oak", "Old", "Pen", "Pres", "Rad", "Rams"),
    *("Red", "Ring", "Rush", "Sand", "Sel", "Shel", "South", "Stan", "Strat", "Sut", "Thorn"),
    *("Twi", "Wake", "Wal", "War", "West", "Whit", "Wil", "Win", "Wood", "Wool", "York"),
)
_ENDINGS = (
    *("berry", "bourne", "bridge", "brook", "burgh", "by", "combe", "cote", "croft", "dale"),
    *("den", "field", "ford", "gate", "ham", "hurst", "ington", "land", "ley", "low", "man"),
    *("mere", "more", "ridge", "shaw", "stead", "stone", "ton", "ward", "well", "wick", "worth"),
)
COMMON = (
    *("Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Johnson", "Davies", "Patel"),
    *("Robinson", "Wright", "Thompson", "Evans", "Walker", "White", "Roberts", "Green", "Hall"),
    *("Khan", "Wood", "Jackson", "Clarke", "Hussain", "Begum", "Singh", "Kaur", "Ahmed", "Ali"),
    *("Lewis", "Murphy", "Kelly", "O’Brien", "O’Neill", "MacDonald", "Campbell", "Stewart"),
    *("Nowak", "Kowalski", "Łukasik", "Müller", "García", "Okafor", "Adeyemi", "Nguyen", "Chen"),
    *("Shah", "Begley", "Fox", "Cox", "Bell", "Lee", "Rees", "Pugh", "Price", "Powell", "Morgan"),
)
FAMILY = (*COMMON, *(first + last for first in _BEGINNINGS for last in _ENDINGS))
"""The commoner ones first."""

STREETS = tuple(
    f"{first} {last}"
    for first in (
        *("Abbey", "Acre", "Albert", "Alma", "Beech", "Bridge", "Castle", "Chapel", "Church"),
        *("Cross", "Dale", "Elm", "Field", "Garden", "Grange", "Green", "Hill", "Holly", "Kiln"),
        *("King", "Lime", "Manor", "Market", "Mill", "New", "North", "Oak", "Orchard", "Park"),
        *("Priory", "Quarry", "Queen", "Rectory", "River", "School", "South", "Spring", "Station"),
        *("Tower", "Union", "Vicarage", "Victoria", "Water", "Well", "West", "Windsor", "York"),
    )
    for last in ("Road", "Street", "Lane", "Close", "Avenue", "Drive", "Way", "Terrace")
)
