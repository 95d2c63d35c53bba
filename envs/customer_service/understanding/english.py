"""Plain English that every service desk speaks: how sentences are built, hedged, denied, asked, and made polite.

Forms are lower case, without contractions and without the idle words that the lexer drops ("just", "really").
"""

NAMES = (
    "stop question comma colon as and or but because if pending_if neg cant hedge approx either report "
    "i you other det aux verb wh future perfect past be have now "
    "offer like consent okay agree go ask_yes confirm inform ask_you request please you_may "
    "should achieved disclaim ask_again could surely_if predicate once retract inverted away greet sorry hold more bye rude clarify matter question_slot filler #money #date #quantity #code"
).split()
"""Every cue of plain English; a domain's own come after them."""

BIT = {name: 1 << number for number, name in enumerate(NAMES)}
"""The bit of each cue."""

STRUCTURE = {
    "stop": ". ; ! ; no . ; no !",
    "question": "?",
    "comma": ", ; no ,",
    "colon": ": ; – ; so",
    "and": "and ; then ; plus ; since ; as well as ; while ; before ; after ; until ; till ; that way",
    "or": "or ; and or ; or else ; alternatively ; versus ; vs",
    "but": "but ; however ; although ; though ; even though ; whereas ; nevertheless",
    "as": "as",
    "because": "because ; hence ; so that ; given that ; seeing that ; due to the fact that",
    "if": (
        "if ; unless ; whether ; (just |only |)in case ; provided (that|) ; providing ; as long as ; assuming (that|) ; "
        "supposing ; should you ; were you to ; had you ; had it (been|shipped|arrived|come) ; when ; whenever ; once ; as soon as ; "
        "in the event (that|) ; even if ; only if ; what if ; by the time"
    ),
    "i": "i ; we",
    "you": "you",
    "other": "it ; this ; that ; there ; they ; these ; those ; he ; she ; everything ; who ; here",
    "det": "the ; your ; our ; my ; a ; an ; its ; their ; both ; all ; any ; each ; every ; his ; her ; some",
    "aux": (
        "am ; is ; are ; was ; were ; has ; have ; had ; do ; does ; did ; will ; would ; can ; could ; shall ; "
        "should ; must ; may ; might"
    ),
    "have": "has ; have ; had",
    "be": "is ; are ; was ; were ; am ; shows as ; is showing as ; is marked as ; is listed as ; appears as ; shows ; is shown as ; was marked as",
    "verb": (
        "am ; is ; are ; was ; were ; has ; have ; had ; do ; does ; did ; will ; would ; can ; could ; shall ; "
        "should ; must ; may ; might ; be ; been ; want ; wants ; wanted ; need ; needs ; needed ; take ; takes ; "
        "took ; get ; gets ; got ; go ; goes ; went ; see ; sees ; saw ; show ; shows ; comes ; came ; come ; "
        "arrive ; arrives ; arrived ; cost ; costs ; give ; gives ; gave ; have to ; has to ; let ; make ; makes ; "
        "made ; find ; found ; help ; tell ; know ; receive ; received ; ask ; asked ; expect ; reach ; reaches ; "
        "say ; said ; confirm ; works ; work ; sounds ; stands ; amounts ; lasts ; leaves ; remains ; says ; "
        "keep ; keeps ; reads ; lands ; lands ; runs ; applies ; covers ; allows ; pay ; pays"
    ),
    "wh": "why ; how ; what ; which ; what is ; whose ; which is ; what are ; what was ; where ; who",
    "future": (
        "(i|we) may ; will ; would ; shall ; going to ; about to ; can ; could ; should ; must ; have to ; has to ; need to ; "
        "needs to ; to be ; will be ; would be ; can be ; could be ; should be ; must be ; (is|are|am) going to ; "
        "(am|are|is) about to ; ready to ; soon ; later ; shall be ; needs to be ; (is|are) to be ; be ; being ; "
        "let me ; let us ; want to ; wants to ; like to ; trying to ; try to ; asked to ; request to ; plan to ; waiting to ; eligible"
    ),
    "perfect": (
        "its (now |already |)been ; (has|have) (now |already |successfully |since |)been ; (is|are) been ; (is|are) (now|already) ; "
        "successfully ; all set ; all done ; done ; went ahead and ; gone ahead and ; (was|were) successfully ; "
        "(has|have) (now|already) "
    ),
    "now": "now",
    "once": "once ; after ; as soon as",
    "could": "(i|we) (wonder|was wondering|am wondering) (if|whether) ; could ; (i|we) (wish|hope|tried|try)",
    "achieved": "(have|has) been able to ; (was|were) able to ; managed to ; (was|were) (happy|glad|pleased) to ; succeeded in ; taken the liberty of ; had the pleasure of ; taken care of (the|your)",
    "disclaim": "do not (quote|hold) me ; do not take my word ; (could|might|may) be wrong ; if i am not mistaken ; from memory ; not hold me ; not take my word",
    "ask_again": "what is (it|that|yours) ; what was (it|that) ; which is it ; what are they ; (type|share|repeat|send|give|read|check|tell|provide|spell|write) (me |us |)(it|them)",
    "surely_if": "if ; unless ; assuming (that|) ; provided (that|) ; providing ; supposing ; suppose ; as long as ; in case",
    "retract": "would have to check ; need to check ; have to check ; (have|need|want) to (check|double check|confirm|verify) ; (let|allow) me (double check|confirm|verify) ; do not (hold|quote) me ; not hold me ; subject to confirmation ; to be confirmed",
    "should": "shall ; should",
    "away": "from ; instead of ; in place of ; rather than ; out of ; replacing ; not",
    "past": "",
    "filler": (
        "you (may|might) (like|want|wish) to know (that|) ; as you (asked|requested|wished|wanted|instructed|like|please) ; you (asked|wished|hoped|wanted|ask) for ; (will|do|does|would) not (have|need) to (wait|send it back) ; never too late ; no catch ; you (may|might|will|would|should) be (glad|happy|pleased|delighted|relieved|surprised) to (hear|know|learn) (that|) ; it (may|might) (come as a surprise|sound strange|surprise you) ; (glad|happy|pleased|delighted|thrilled|relieved) to (say|tell you|inform you|hear|know|confirm|report|let you know|announce|learn|advise you|share) (that|) ; be (assured|advised|aware|informed|reassured) (that|) ; (i|we) (have|need) to (tell you|inform you) (that|) ; (i|we) (have|need) to say that ; you will be (glad|happy|pleased|delighted|relieved) to (hear|know|learn) (that|) ; (if|as) (i|we) may ; let me (tell you|inform you|confirm|assure you|reassure you) (that|) ; without further (ado|delay) ; never mind ; you are asking (about|for) ; by which ; nothing left (for you |)(to do|to pay|to worry|)(about|) ; not a (cent|penny) (less|more) ; as soon as possible ; no (problem|problems|worries|worry|trouble|rush|hurry|doubt|issue|issues|stress|bother|sweat|probs) (at all|) ; was no trouble ; "
        "no need to (worry|panic|apologise|apologize|be sorry|rush) ; not a problem ; not to worry ; not an issue ; "
        "do not (worry|hesitate|panic|be sorry|fret|stress|feel bad) ; (if|unless) you do not mind ; "
        "if that is not (a|too much) (problem|trouble) ; if it is not (a|too much) (problem|trouble) ; "
        "not only ; (at |for |)no (extra |additional |further |)(cost|charge) ; no (extra|additional|further) (cost|charge|fee|fees) ; "
        "without (any |a |)(extra |additional |further |)(fee|fees|fuss|charge|delay|cost|problem|problems|issue|issues|trouble) ; "
        "nothing to worry about ; no matter ; (can|could) not wait ; (can|could) not agree more ; in order to ; in order ; "
        "as you (can|may|might) (see|know|imagine) ; you are (most |more than |)welcome ; no need to thank ; not too bad ; "
        "will not (be long|take long|take a minute|take a moment|be a minute|be a moment) ; why not ; in no time ; take care of ; "
        "no longer than ; not too late ; not at all ; without question ; no questions asked ; all right then ; so far ; so much ; as well ; "
        "thank you ; thanks ; many thanks ; in short ; to be clear ; let me be clear ; the (same|right) way ; no harm done ; here is what (i|we) (will|would|can|could) do ; what (i|we) (will|would|can|could) do (is|) ; "
        "nothing (else|further|more) (is |)(needed|required|to do|you need|left to do) ; you do not (have|need) to do anything ; "
        "as soon as possible ; if possible ; whatever (you|works|suits|the|is|reason|option) ; (thank you|thanks|many thanks) for (your |the |)(confirmation|confirming|approval|permission|consent|agreement|go ahead|patience|understanding|yes|quick reply|reply|answer|order number|email|address|details|information|info) ; "
        "(i|we) (can|could|am able to|are able to|am happy to|are happy to|am pleased to|am glad to|would like to|want to|just want to) (confirm|say|tell you|see|inform you|let you know|report|share|assure you|announce|advise) (that|) ; "
        "i am not going anywhere ; make no mistake ; not your fault ; none of this is your fault ; "
        "do not have to (do anything|worry|lift a finger) ; do not need to (do anything|worry) ; no action ; "
        "no further action ; if not ; last but not least ; believe it or not"
    ),
}

POLARITY = {
    "neg": (
        "deny ; denying ; not ; no ; never ; none ; neither ; nor ; nothing ; without ; nobody ; hardly ; barely ; yet to ; far from ; "
        "anything but ; fail ; fails ; failed ; no longer ; refuse ; refused ; refusing ; denied ; declined ; rejected ; unlikely ; "
        "not yet ; no one ; nowhere ; avoid ; stopped ; wrong ; incorrect ; "
        "mistaken ; untrue ; false ; not the case ; neither of ; on hold ; rule out ; ruled out"
    ),
    "cant": (
        "(not|never) been able (to|) ; (can|could|will|would|may|must) not ; (you|it) (can|could|may|must|should) not ; can no longer ; can not longer ; can never ; unable ; unable to ; not able ; not be able ; not (possible|feasible) ; not be (possible|feasible) ; "
        "impossible ; no longer possible ; no longer be possible ; no longer able ; not allowed ; not permitted ; "
        "not eligible ; no longer eligible ; ineligible ; not qualify ; not qualified ; no longer qualifies ; no longer qualify ; "
        "not (accept|offer|allow|provide|process|handle|do|give|take|support|grant|issue|make|permit|sell|deal|cover|run|hand out|discount) ; "
        "not (accept|offer|allow|provide|process|handle|do|give|take|support|grant|issue)ing ; not taking ; not giving ; not making ; "
        "no way to ; no way for ; no way ; there is no way ; nothing (i|we) can ; nothing that (i|we) can ; (have|need) to (decline|refuse|reject|say no|turn) ; "
        "must (decline|refuse) ; not something (i|we) ; not something (i|we) (may|can|could|might) ; not a thing we ; not in a position ; not (authorised|authorized) ; too late ; "
        "not be an option ; not an option ; out of the question ; prevents (me|us) ; not go ahead ; not going to be (possible|able) ; "
        "am not going to ; are not going to ; no can do ; not permit ; not within ; excluded ; excludes ; not be (returned|exchanged|cancelled|changed|refunded|accepted|done|combined) ; "
        "not (returnable|refundable|exchangeable|changeable) ; have to leave it ; my hands are tied ; our hands are tied ; beyond (what|our|my) ; off limits ; "
        "not (an|any) exception ; no exceptions ; not here to"
    ),
    "hedge": (
        "with (some|a bit of|any|a little) luck ; have a feeling ; i heard ; we heard ; (best|worst) case ; at (best|worst) ; inclined ; should have ; looking at maybe ; sometimes ; occasionally ; in (some|such|certain|many|most) cases ; open question ; before i (say|tell|promise|confirm|commit) ; (to be|make) (sure|certain) (before|first) ; want to be (sure|certain) ; conceivable ; toying ; the idea of ; considering ; thinking (about|of) ; thought about ; sleep on it ; i would imagine ; imagine ; ought to ; not out of the question ; in principle ; talk of ; some (people |customers |)(say|think|believe) ; (have|need|want) to ask (my|our|the|a) ; ask my (manager|supervisor|boss|colleague) ; chances are ; only guess ; might be wrong ; i might ; might ; you (might|could) ; you may (get|receive|see|have|be) ; almost ; nearly ; maybe ; may ; perhaps ; possibly ; probably ; likely ; presumably ; supposedly ; apparently ; allegedly ; "
        "potentially ; conceivably ; hopefully ; roughly ; theoretically ; tentatively ; provisionally ; supposed to ; "
        "seems ; seem ; seemingly ; seemed ; it could ; could have ; could take ; could get ; could come ; could end up ; could cost ; could arrive ; "
        "not (sure|certain|positive|clear|confirmed|know|entirely sure|entirely certain|quite sure|a hundred percent|yet sure|yet certain|completely sure|fully sure|yet confirmed|100|one hundred) ; "
        "unsure ; uncertain ; no idea ; (pretty|fairly|almost|reasonably|somewhat|nearly|quite|mostly) (sure|certain) ; "
        "i (think|believe|guess|suppose|assume|imagine|suspect|reckon|presume|fancy|gather) ; we (think|believe|guess|suppose|assume|suspect|reckon) ; "
        "(think|believe|guess|suspect|assume) (it|that|the|your|you|there) ; "
        "as far as (i|we) ; if i am not mistaken ; if i remember ; if memory serves ; off the top ; ballpark ; somewhere ; or so ; "
        "i hope ; we hope ; hoping ; in theory ; give or take ; more or less ; anywhere (from|between) ; varies ; vary ; depends ; depending ; "
        "between (#money|#date|#quantity|two) ; there is a chance ; there is a possibility ; a chance ; it is possible (that|) ; possibility ; to my knowledge ; my guess ; best guess ; guess ; educated guess ; "
        "can not (promise|guarantee|be sure|rule out|be certain|swear) ; can not (say|tell) (for sure|for certain|exactly|yet|when|whether|if|with certainty) ; can not yet ; "
        "do not quote ; doubt ; doubtful ; unclear ; to be confirmed ; still (checking|waiting|to be confirmed) ; "
        "will not (know|be sure) ; would have to check ; need to check ; have to check ; have not (checked|confirmed|verified) ; "
        "looks as (if|though) ; as (if|though) ; sort of ; kind of ; something like ; in the region of ; on the order of ; "
        "wonder ; wondering ; speculate ; suggests ; "
        "#range ; #money #money ; #money (to|–|through|until) #money ; #date (to|–|through|until) #date ; #quantity (to|–) #quantity ; "
        "what would (be|happen) ; in that range ; up in the air ; remains to be seen ; anyone is guess ; either side"
    ),
    "approx": (
        "(about|around|approximately|roughly|nearly|almost|close to|up to|at least|at most|over|under|below|above|"
        "more than|less than|no more than|no less than|starting (at|from)|as much as|as little as|from|circa|some|something like|north of) (#money|#date) ; "
        "#money (ish|or so|or more|or less|at most|at least|tops|minimum|maximum) ; #date (or so|at the (earliest|latest)) ; "
        "(up to|less than|fewer than|more than|over|under|almost|nearly|roughly|approximately) #quantity ; #quantity (or so|or more|give or take)"
    ),
    "either": "either ; some (colors|sizes|options|are|products|items) ; (kinds|types|sorts) of ; possible (values|statuses|reasons|dates|ways|colors|sizes) ; options are ; options include ; choose (between|from|among) ; choice of ; following options ; your options ; pick (one|between) ; such as ; for example ; for instance ; e g ; range from",
    "report": (
        "you (said|say|wrote|write|mentioned|mention|told|claimed|claim|stated|state|reported|report|asked|thought|think|believe|believed|noted|described|"
        "heard|read|expected|hoped|assumed|understood|saw|feel|felt|indicated|insist|insisted|quoted|quote|suggested|suggest|explained) ; "
        "you (were|have been|had been|are) (told|promised|expecting|quoted|informed|given|shown|offered|assured|under the impression) ; "
        "you are (saying|telling|asking|claiming|worried|reporting|describing|referring) ; "
        "your (message|email|note|chat|complaint|words|request|letter) (says|said|mentions|mentioned|reads|states|stated|was) ; "
        "(according|going) to (you|your) ; as you (say|said|mentioned|wrote|put it|described) ; as per your ; in your (message|words|email|note) ; "
        "i (understand|hear|gather|realise|realize|read|noticed you|see you|see that you) ; "
        "so you (want|are|have|were|would|ordered|bought|did|need|say) ; sounds like ; "
        "(colleague|agent|courier|driver|seller|neighbour|neighbor|friend|someone|somebody|they|he|she|person|carrier|website) "
        "(has |had |)(said|told|says|claims|claimed|promised|quoted|wrote|mentioned|thinks|thought) ; "
        "told you ; promised you ; to (recap|summarise|summarize) what you ; you asked (whether|if|about|me|us) ; "
        "your (question|request|query) (is|was|about|whether|to) ; if i understand ; if i understood ; "
        "people (say|think|believe) ; customers (often |sometimes |)(think|believe|say|ask) ; it is said ; was told ; were told ; rumour ; rumor ; you were (hoping|asking|wondering|thinking)"
    ),
}

MOOD = {
    "offer": (
        "in order (if|for me to) ; is (it|that) all right (if|for me to|for us to|to) ; (shall|should|may|can|could|might) (i|we) ; (would|do|did|will) you (still |rather |)(like|want|prefer|wish|need) (me|us) to ; "
        "(want|like|prefer|wish|rather|allow|permit|let|expect|need) (me|us) to ; care for (me|us) to ; let me go ahead ; (happy|fine|ok|good|right|ready|willing|glad|comfortable|content) (for|with|to let) (me|us) (to|) ; "
        "(would|do|did) you (still |)(like|want|wish|prefer|care) to ; (ok|fine|good|happy|all right|acceptable|agreeable|possible|convenient|helpful|comfortable|content|cool|glad|right|help|useful|suit you|work for you|work|satisfied|willing|ready|correct|true) (if|that|to) ; "
        "(ok|fine|good|happy|all right|agree|agreeing|content|comfortable|cool|acceptable|agreeable|convenient) (with you |by you |for you |to you |)(if|that|to|for me to|for us to|when) ; (do|would|will) you mind (if|me|us) ; mind if ; mind me ; "
        "(your|the) (ok|permission|approval|consent|agreement|go ahead|authorisation|authorization|blessing|confirmation|green light|yes) (to|for|that|on) ; "
        "permission to ; why do not (i|we) ; why not (i|we|let me|let us) ; how about (i|we|if|me|us) ; what if (i|we) ; what do you say (if|to|i|we) ; how would it be if ; how (would|do) you feel (if|about) ; "
        "(sure|certain) (that |)you (still |)(want|would like|wish|really want) ; (agree|consent|approve|object) (to|with|that|of|if) ; "
        "you (still |)(want|would like|wish) (me |us |)to ; (i|we) (should|may) ; am i (right|correct) (that|to|in thinking) ; up for ; ok to ; good to ; fine to ; go ahead with (the|your|this) ; ready to"
    ),
    "like": (
        "(would|do|did) you (still |)(like|want|prefer|wish|fancy|need) ; would you rather ; would you be interested in ; interested in ; you (still |)(want|would like|wish)"
    ),
    "consent": (
        "your kind (permission|consent|approval|agreement) ; is (that|this|it|everything) all right ; (would|do|did) you (still |)(like|want|prefer) (that|this) ; your (clear |explicit |final |)(permission|consent|approval|ok|agreement|confirmation|go ahead|yes|authorisation|authorization|nod|green light|blessing|word) ; "
        "(say|saying|reply|replying|answer|answering|respond|responding|type|typing|write|with) (with |)(a |)(simple |clear |quick |)(yes|ok) ; a (simple |clear |quick |short |)yes ; a go ahead ; "
        "say the word ; (say|give me) so ; say go ; give me (the|a) (go ahead|nod|green light|word|ok|all clear|thumbs up|yes) ; (get|need|have) the (go ahead|ok|green light|nod) ; "
        "let me know and i will ; yes or no ; yes no ; "
        "(yes|ok|agreed|deal|right|correct|fine|all right|good|yeah|yep|cool|approved|confirmed|so|true|no|go ahead|happy|acceptable) ? ; "
        "shall i ? ; shall we ? ; may i ? ; should i ? ; can i ? ; want that ; want this ; (like|want) (that|this) (done|) ? ; to your liking ; any objections ; any objection ; do you object ; "
        "(have|got|did|do) i (got |get |have |understand |understood |)(that|this|it|you|everything) (right|correctly|correct) ; am i (right|correct) ; "
        "what do you (say|think) ; how does (that|this|it) (sound|look|suit) ; how is that ; how about that ; is not it ? ; are you (sure|certain) ; shall we ; "
        "do we have a deal ; have we got a deal ; all set to go ; are you in ; if you would like me to ; if you want me to"
    ),
    "okay": (
        "to your (satisfaction|liking) ; ok ; fine ; good ; all right ; acceptable ; agreeable ; correct ; right ; convenient ; suitable ; satisfactory ; accurate ; a deal ; happy ; comfortable ; in agreement ; on board ; satisfied ; content ; cool ; "
        "what you (want|would like|wanted|had in mind|need|wish|asked for) ; how you want ; work ; works ; suit ; suits ; sound ; sounds ; look ; looks ; make sense ; makes sense ; like a plan ; in order ; as you wish ; seem ; help ; helpful ; reasonable ; fair ; agreed ; of interest ; preferable ; be ok ; be fine"
    ),
    "agree": "you (say|said) (yes|ok|so|go) ; (agree|consent) (to|with) (that|this|it) ; agree to ; consent to ; agree ; agreed ; agrees ; consent ; approve ; approved ; accept ; authorise ; authorize ; say yes ; said yes ; say ok ; say so ; confirm ; confirmed ; give your ; have no objection ; no objection ; no objections ; do not object ; are ok ; go along ; agreeable",
    "go": (
        "go ahead ; go ahead and ; proceed ; proceed with (that|this|it) ; continue ; do (that|this|so|it) ; do that for you ; go on ; go for it ; carry on ; carry (that|this|it) out ; (process|arrange|sort|submit|finalise|finalize|start|confirm|complete|organise|organize|book|place|request|schedule|trigger|initiate|execute) (that|this|it) ; "
        "make (that|this|the|these) (change|changes|update|switch|swap|adjustment|arrangement) ; take care of (that|this|it) ; set (that|this|it) up ; put (that|this|it) (through|in) ; start ; begin ; get (that|this|it) (done|started|going|sorted|moving) ; get (started|going) ; act on (that|this|it) ; move forward ; push (that|this|it) through ; move ahead ; get on with (that|this|it) ; make it (so|happen) ; be done ; have (that|this|it) done ; follow through"
    ),
    "ask_yes": (
        "(i|we) (wonder|was wondering|am wondering) (if|whether) ; (let me know|tell me|please confirm|confirm|just say|check|let us know|please say|please tell me|please let me know) (if|whether) ; "
        "please confirm (that|) ; (can|could|would|will) you (please |)confirm (that|if|whether|) ; (could|can) i ask you to confirm (that|) ; need you to confirm (that|) ; i need you to (agree|say yes|approve) ; (wait|waiting|awaiting) for you to (confirm|agree|approve|say) ; do you confirm (that|) ; confirm that ; confirm ; confirm (you|i|we|the|this|your)"
    ),
    "confirm": "confirm ; to confirm",
    "inform": (
        "need ; tell ; give ; share ; provide ; send ; supply ; specify ; type ; enter ; remind ; verify ; read ; repeat ; pass ; forward ; indicate ; advise ; say ; drop ; quote ; fill ; look up ; look ; find ; check ; double check ; spell ; "
        "explain ; pick ; choose ; write ; attach ; paste ; mention ; describe ; clarify ; identify ; confirm ; include ; text me ; help me ; point me ; select ; note down ; dig out ; have (a |)look ; reply with ; respond with ; come back with ; telling ; sharing ; giving ; confirming ; providing ; letting ; sending ; explaining ; saying ; stating ; specifying ; let me have"
    ),
    "ask_you": "(could|can|would|will|may|might) you ; please ; mind ; be so kind ; be so (good|kind) (as to|and|) ; so (good|kind) as to ; i need you to ; ask you to ; you to ; be able to ; you could ; you can ; you please",
    "request": (
        "(can|could|may|might|do) (i|we) (please |)(have|get|ask|know|trouble|take|grab|see|bother|confirm|verify|borrow) ; if (i|we|you) (could|may|might|can|would) ; "
        "(i|we) (will |would |do |still |first |also |am going to |will first |will also |would also |will still )(need|require) ; (i|we) (need|require) ; (i|we) (have|need|must|want) to (know|ask|have|get|verify) ; need from you ; "
        "(i|we) (am|are) missing ; all (i|we) need ; (i|we) would (like|need) to (know|ask|have|verify) ; let (me|us) (know|have) ; tell (me|us) ; give (me|us) ; send (me|us) ; "
        "(would|do) you (perhaps |maybe |)have ; do you (have|know|remember|recall|happen) ; have you got ; did you (note|get|keep|find) ; mind if i ask ; (grateful|thankful) (for|if) ; (help|helps|helpful|useful|good) (me |us |)to (have|know) ; appreciate (it if|your) ; suffice ; (would|will) (do|be enough) ; is enough ; love to know ; like to (hear|learn) ; ask (you |)for ; ask (why|what|which) ; looking for ; "
        "(is|are) (needed|required|necessary|missing) ; still missing ; like to know ; need to know ; curious ; help me (with|find|by) ; start with ; starting with ; what about ; could use ; like to ask ; wanted to ask ; want to ask ; asking for"
    ),
    "please": "please",
    "you_may": (
        "you (can|could|may|might|should|must|need to|have to) ; you (will|would) (need|have) to ; you are (able|free|welcome) to ; you ought to ; "
        "(can|could|would|will|did|have|has) you ; you (already|have|had) ; you (are|were) (eligible|entitled|allowed) ; "
        "how to ; feel free to ; you did ; is how you ; the (customer|buyer) ; yourself ; customers"
    ),
}

POLITENESS = {
    "greet": (
        "for (getting in touch|contacting us|reaching out|writing in|contacting me) ; hello ; hi ; hey ; hi there ; hello there ; hey there ; greetings ; good (morning|afternoon|evening|day) ; welcome ; welcome (to|back) ; howdy ; "
        "(thank you|thanks|many thanks|thank you so much|thanks so much|thank you very much|thanks a lot) for (contacting|calling|reaching out|getting in touch|writing|your message|your email|messaging|coming to|choosing|chatting|connecting|joining|stopping by|dropping by|reaching|taking the time to contact|being in touch|dropping us a line|turning to us|coming back|contacting) ; "
        "you (are through to|have reached) ; nice to meet you ; pleased to meet you ; (lovely|good|nice|great) to (hear from|see) you"
    ),
    "sorry": (
        "sorry ; apologies ; apologise ; apologize ; apology ; apologising ; apologizing ; (i|we) regret ; regret ; frustrating ; frustration ; "
        "annoying ; upsetting ; disappointing ; disappointed ; upset ; annoyed ; inconvenient ; unpleasant ; stressful ; irritating ; disappointment ; annoyance ; unfortunate ; awful ; terrible ; a shame ; a pity ; dreadful ; your (concern|worry|anger) ; "
        "what a (shame|pity|nuisance|disappointment) ; forgive (me|us) ; my bad ; our (mistake|fault|error|bad) ; my (mistake|fault|error) ; "
        "i feel for you ; my sympathies ; should not have happened ; not the experience ; i would be (upset|annoyed|frustrated|disappointed) too ; excuse the ; inconvenience ; pardon the"
    ),
    "hold": (
        "(one|a|another|half a|1) (quick |brief |short |)(moment|second|sec|minute|min|tick|mo) ; give me (some|a little|a bit of) time ; few (moments|minutes|seconds) ; couple of (minutes|seconds|moments) ; moment please ; "
        "hold on ; hang on ; bear with (me|us) ; stand by ; please (hold|wait) ; wait a ; hold the line ; sit tight ; "
        "let me (check|look|see|find|pull|verify|take a look|have a look|get|review|bring|double check|investigate|dig|search|open|fetch|consult|go through|first check|first look|quickly check|read|examine|have a quick look|take a quick look|retrieve|load|track|locate|ask|make sure|query) ; allow me to (check|look|verify|pull|find|see) ; allow me a ; "
        "(i|we) (will|need to|have to|must|am|are) (now |first |)(check|look|looking|review|reviewing|search|searching|find out|see what|investigate|investigating|have a look|take a look|pull|double check|open your|track|load|loading|fetch|fetching|bring) ; (am|are) going to (check|look|have a look|take a look) ; "
        "(looking|checking) (into|this|that|it|now|on|for|up|your|the) ; be right (back|with you) ; be back (in|with|shortly) ; while i (check|look|pull|find|get|verify|search|open|review|bring|track|load|fetch) ; back in a ; hold tight ; checking ; get back to you in a ; "
        "(pulling|bringing) (up|this|that|it|your)"
    ),
    "more": (
        "(is|was) there something else ; there more (i|we) ; something else ? ; (do|can) something more ; something more for you ; anything else ; anything more ; (help|assist) (you |)(with |)something (else|more) ; any (other|further|more|additional) (question|questions|issue|issues|concern|concerns|matter|matters|help|assistance|thing|things|queries|query|request|requests|topic|topics|way|problem|problems|points) ; something else (i|we|you|that) ; something more (i|we) ; "
        "what else (can|may|could|would|do|might) ; how else (can|may|could|might) ; anything further ; (further|additional|more) (help|assistance|questions|support|queries|requests|concerns) ; other (questions|concerns|issues|matters) ; another (question|matter|issue|thing|topic|concern|request) ; "
        "(will|would|is) (that|this) (be |)(all|everything) (for today|for now|today|you need|you needed|then|?) ; is that all ; does that (cover|take care of|answer) everything ; that everything ; all you needed ; "
        "how (can|may|could) (i|we) (further |else )(help|assist) ; (help|assist) (you |)(with |)(anything|any) (else|other|further|more) ; (help|assist) you any further ; anything i (can|could) (still|also) ; "
        "still need (help|anything) ; other (thing|way|matter) (i|we) (can|could|may) ; need (help with |)anything ; is there (still |)anything (i|we) (can|could|may)"
    ),
    "bye": (
        "goodbye ; good bye ; bye ; bye bye ; farewell ; take care ; have (a|an) (nice|great|good|lovely|wonderful|pleasant|fantastic|beautiful|excellent|amazing|enjoyable|relaxing|super|fine|brilliant) (day|evening|weekend|one|afternoon|night|rest|morning|week|time|) ; "
        "enjoy (the rest of |) (your|the) (day|evening|weekend|afternoon|night|week|morning|rest) ; see you ; until next time ; closing (this|the|our) (chat|conversation|case|ticket) ; "
        "(chat|conversation) (is|has been|will be) (now |)(closed|ended|over) ; (close|end) (this|the|our) (chat|conversation) ; all the best ; so long ; cheerio ; good night ; talk soon ; speak soon ; best wishes ; ending (the|this|our) (chat|conversation)"
    ),
    "rude": (
        "not (my|our) (problem|fault|concern|job|business) ; none of (my|our) business ; not our issue ; your own (fault|problem|mistake|doing|error|negligence) ; your fault ; your problem . ; (it|that|this) is your (problem|mistake|doing|error|negligence|issue) ; your problem not ; you should have (read|checked|thought|known|paid|looked|ordered|kept|noticed|asked|chosen|measured|realised|realized|contacted|reported|said|considered|listened) ; "
        "calm down ; stop (wasting|complaining|whining|shouting|yelling|asking|bothering|moaning|being|arguing|pestering|repeating) ; (wast|wasting|waste|wasted) (my|our|everyone is) time ; wasting (my|our) ; "
        "whatever ; deal with it ; live with it ; tough luck ; too bad ; like i said ; as i already (said|told you|explained|mentioned) ; as i (said|told you|explained|mentioned) (already|before|twice) ; i (already|have already) (told|said|explained) ; i told you ; how many times ; for the (last|third|second|hundredth|tenth|fifth|umpteenth) time ; "
        "are you (stupid|deaf|blind|serious|kidding|joking|dense|slow|an idiot|new to) ; can you not read ; can not you read ; learn (how |)to read ; use your (eyes|head|brain) ; did you (even |)(read|bother|think|look) ; "
        "nonsense ; ridiculous ; stupid ; idiot ; idiotic ; moron ; dumb ; pathetic ; ludicrous ; absurd ; clueless ; shut up ; go away ; (could not|can not|do not) care (less|) ; not care ; who cares ; (i|we) (do not|have not|do not have|have not got) (all day|time for) ; have all day ; not got all day ; hurry up ; make up your mind ; "
        "not rocket science ; what (do|did) you expect ; blame (yourself|us|me) ; yourself to blame ; only (have |)(yourself|you) to (blame|thank) ; pay (more |better |)attention ; be more careful ; common sense ; listen (carefully|to me|up|here) ; "
        "spit it out ; get to the point ; google it ; figure it out ; your loss ; i have other customers ; other customers to ; clearly you ; you people ; come off it ; get over it ; grow up ; that is on you ; suck it up ; cry about it ; "
        "not (that |so |)(hard|difficult|complicated) ; how hard ; a child could ; next time (be|read|check|think|order|pay|look|try|measure|do) ; hardly (my|our) ; (quit|stop|enough) with ; enough of ; i am not (your|here to) ; take it or leave it ; "
        "if you had (read|bothered|paid|checked|looked|listened|kept|measured|been) ; had you (read|bothered|paid|checked|looked|listened|kept|measured) ; your (carelessness|attitude|tone|confusion) ; (you|people like you|customers like you) (always|never|keep|are impossible|just do not) ; "
        "not going to (repeat|say it|argue|discuss|explain|hold your hand|spell it|waste) ; (busy|important) (customers|people) ; do your homework ; read (it|the (policy|terms|page|email|description|website|label|fine print|instructions|manual|size chart)) (again|properly|first|next time|before|yourself|carefully) ; nobody forced you ; no one forced you"
    ),
    "clarify": (
        "not (quite |fully |)(understand|follow|catch|get that|get what|get your|make sense|make out|clear what|sure what you|sure i|sure how to|see what you|understood|with you|grasp|clear to me|know what you|get it|clear on) ; (unable|not able) to (understand|follow|make out) ; "
        "what do you mean ; what you mean ; (could|can|would|may|might) you (please |)(rephrase|clarify|repeat|reword|elaborate|explain what|say that|be (more|a bit more|a little more) (specific|precise)|say it|put it|put that|try again|restate|tell me more|give me (more|a bit more|some more) detail|explain (that|it|a bit|a little|your)|expand|word that|word it|phrase|phrase that|phrase it|describe) ; "
        "please (rephrase|clarify|reword|elaborate|restate|try again) ; rephrase ; rephrasing ; reword ; say that (again|differently|another way|once more) ; in other words ; pardon ; pardon me ; i beg your pardon ; come again ; garbled ; (write|send|type|say|explain) (it|that|this) (again|once more|differently) ; unclear ; lost me ; different words ; another way ; (a bit|little) (lost|confused|more specific|more precise|clearer) ; confused ; i am lost ; misunderstood ; follow you ; put that another ; once more please ; what exactly (do you mean|you mean) ; say again ; makes no sense"
    ),
    "matter": (
        "how (can|may|could|might|shall|do) (i|we) (help|assist|be of|support|serve|be) ; what (can|may|could) (i|we) (do for|help|assist) ; what (brings|brought|has brought) you ; what (is|was|seems to be|are|appears to be) (the|your) (matter|problem|issue|trouble|concern|request|inquiry|enquiry|query|difficulty|problems) ; "
        "what (is|was) (it|this|that|your message|the call|your call) (about|regarding|concerning|that i can|you need|i can) ; what (do you need|would you like|are you looking for|do you want|did you need|can i get you) (help|assistance|support|me) (with|to do|to look|) ; what (has |)happened ; "
        "tell me (more |)(about |)(the|your|what the) (problem|issue|concern|request|situation|matter) (is|) ; (tell me|describe|explain) (what|the|your) (happened|is going on|problem|issue|situation|matter|is wrong|you need|is the matter|brings|the problem|the issue|you would like help) ; tell me (a bit |a little |)more ; "
        "what (would you like|do you need|do you want|should|can|could|may) (me|us|i|we) to (do|help|look) ; what (are|were) you (contacting|calling|writing|reaching|getting in touch) ; what (are|were) you reaching out about ; reason (for|of|you are|why you) (your |)(contacting|contact|call|calling|getting in touch|reaching|message|visit|writing|inquiry) ; what (this|it|that) is (about|regarding|concerning) ; what is going on ; how can i be of ; what (do|did) you need ; what would you like (to do|done|help|to talk|to discuss) ; "
        "what (brings|can i) ; what is up ; what is on your mind ; is (your|the) (problem|question|issue|request|message|call) about ; in what way (can|may|could) (i|we) ; where (can|should|shall) (i|we) (help|start) ; which (matter|issue|problem|request) ; what kind of (problem|issue|help|question) ; how i (can|may|could|might) (help|assist|be of) ; what i can (do for|help) ; what you (need|would like) help with ; what you need ; with what can i"
    ),
    "question_slot": (
        "what (may|can|could|shall|should) i (look up|find out|tell you|explain|clarify) ; what (is|was|would be) (your|the) question ; what (would you like|do you want|did you want|do you need|are you hoping|exactly would you like|are you trying|did you need) to (know|ask|find out|learn|hear) ; what question ; which question ; your question ? ; what (information|info|details|rule|policy|rules) (do|would|are|about|can) ; "
        "which (policy|rule|rules|part of our|topic|information) ; what about our ; what exactly would you like to know ; what is it you (want|would like) to know ; what you (would like|want) to (know|ask) ; go ahead and ask ; (ask|let me hear|tell me|hear) your question ; what (can|may|could) i (tell|answer|explain) ; what do you want answered"
    ),
}

CUES = STRUCTURE | POLARITY | MOOD | POLITENESS
"""Word forms of every cue."""
