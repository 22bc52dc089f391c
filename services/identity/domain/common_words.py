"""Words and keyboard walks that weak passwords are made of.

Not a copy of a breach list: the words that every published study of leaked passwords finds at the top,
written down by topic. `passwords.is_common` folds case and look-alike digits and takes the usual decorations
off before it looks here, so each line stands for thousands of passwords ("Dragon1", "dr@gon2024!",
"DRAGONdragon").
"""

_SECRETS = """
password passwort passwd passphrase pass word secret secreto letmein letme welcome bienvenido login logon
signin admin administrator root user username guest test tester testing default changeme change temp temporary
access open sesame opensesame master superuser system server network computer internet website online account
access private public qwerty qwertz azerty dvorak keyboard contrasena clave hello hola hi goodbye iloveyou
ilove loveyou loveme lovely lover love trustno trustme whatever nothing something everything anything
nopassword mypassword thepassword password word abc abcd abcde abcdef abcdefg abcdefgh abcdefghi abcdefghij
xyz zyx aaa bbb ccc xxx zzz asdf asd zxc qwe qaz wsx edc rfv qazwsx qazwsxedc qweasd qweasdzxc asdfgh asdfghjk
asdfghjkl zxcvbn zxcvbnm qwertyu qwertyui qwertyuiop poiuytrewq lkjhgfdsa mnbvcxz asdfjkl oneqaz zaqwsx zaqxsw
qwert asdfg zxcvb poiuy lkjhg
"""

_PEOPLE = """
michael michelle jennifer jessica ashley daniel matthew joshua andrew anthony charlie charles thomas robert
william james john david joseph jordan justin brandon nicole samantha amanda elizabeth stephanie heather
melissa patrick martin george harley hunter taylor maggie buster pepper ginger bailey buddy bandit rocky max
tigger princess prince queen king angel baby babygirl babyboy family mother father mommy daddy mama papa
sister brother grandma friend friends forever together jesus christ god lord blessed blessing heaven faith
grace hope mary maria jose juan carlos antonio alejandro fernando daniela andrea sophie sofia olivia emily
emma hannah sarah rachel rebecca laura linda barbara susan karen nancy betty
"""

_THINGS = """
monkey dragon tiger lion bear eagle falcon phoenix panther wolf wolves horse mustang dolphin dolphins
butterfly kitty kitten puppy doggie doggy cat dog fish shark snake spider rabbit chicken turtle elephant
unicorn rainbow sunshine sunny sun moon star stars starlight sky ocean river flower flowers rose roses summer
winter spring autumn fall monday tuesday wednesday thursday friday saturday sunday january february march
april may june july august september october november december christmas easter halloween birthday holiday
vacation weekend morning night midnight purple orange yellow green blue red black white silver golden gold
diamond crystal chocolate cookie cookies cheese banana apple cherry peaches strawberry coffee pizza candy
sugar honey sweet sweetie cupcake peanut pumpkin pickle football baseball basketball softball soccer hockey
tennis golf fishing hunting racing nascar ferrari porsche corvette camaro toyota honda jaguar yankees cowboys
steelers packers patriots redsox celtics lakers bulldogs rebels saints tigers batman superman spiderman
ironman starwars skywalker pokemon pikachu minecraft fortnite mario zelda matrix gandalf merlin wizard magic
ninja samurai pirate soldier warrior killer hacker ranger shadow ghost demon devil thunder lightning storm
hurricane phantom maverick cowboy america american freedom liberty justice victory winner champion legend
success money dollar business lucky loveyou music guitar piano dancer dance dancing singer happy smile smiley
cool awesome amazing beautiful gorgeous handsome pretty
"""

_SCHOOL = """
teacher teachers teach teaching educator educators education school schools classroom class student students
principal superintendent counselor librarian professor kindergarten elementary middle highschool college
university district license licenses licensure certificate certification renewal credential credentials elms
elar mississippi massachusetts jackson biloxi gulfport hattiesburg tupelo oxford boston worcester springfield
cambridge lowell state department homework algebra geometry biology chemistry science history english spanish
reading writing grammar spelling math mathematics coach mentor learn learning lesson books book pencil apple
"""

COMMON_WORDS: frozenset[str] = frozenset(" ".join((_SECRETS, _PEOPLE, _THINGS, _SCHOOL)).split())
