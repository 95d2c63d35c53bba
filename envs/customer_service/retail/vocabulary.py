"""The shop's words: what its customers understand (`VOCABULARY`) and what its desk says by default (`PHRASES`)."""

from dialogue_gym.envs.customer_service.retail.catalogue import PRODUCTS
from dialogue_gym.envs.customer_service.speech import Phrases
from dialogue_gym.envs.customer_service.understanding.vocabulary import Verb, Vocabulary

_VERBS = {
    "cancel": Verb(
        "cancel ; cancels ; cancelling ; canceling ; call off ; calling off",
        "cancelled ; canceled ; called off",
        "cancellation ; cancelation",
    ),
    "refund": Verb(
        "refund ; refunds ; refunding ; reimburse ; reimbursing ; give (you |)(your|the) money back ; give you back ; (pay|paying|give|giving|send|sending|return|returning) #money back ; "
        "(return|returning|give|giving|send|sending) (you |)#money ; (pay|paying) you #money ; (pay|paying|send|sending|give|giving|return|returning) (your|the|you the|you your) (money|amount) (back|) ; "
        "paying back ; pay back ; pay you back ; paying you back ; repay ; repaying ; get back ; getting back ; get #money back ; see #money back ; have #money back ; receive #money back ; get your money",
        "refunded ; reimbursed ; repaid ; paid back ; given back ; gave back ; (given|paid|sent|returned) #money back ; (returned|sent|paid) #money ; (returned|sent|paid|given|gave) (you |)(your|the) (money|amount) (back|)",
        "reimbursement ; repayment ; money back ; #money back ; your money",
    ),
    "return": Verb(
        "return ; returns ; returning ; send (it|them|that|this|the item) back ; send back ; sending back ; sending it back ; take (it|them|that) back ; take back ; taking back ; taking it back",
        "returned ; sent back ; sent it back ; taken back ; taken it back ; took it back",
    ),
    "exchange": Verb("exchange ; exchanges ; exchanging ; trade ; trading", "exchanged ; traded"),
    "swap": Verb("swap ; swaps ; swapping", "swapped"),
    "replace": Verb("replace ; replaces ; replacing", "replaced", "replacement ; replacements"),
    "change": Verb(
        "make (it|that|them) ; change ; changes ; changing ; update ; updates ; updating ; switch ; switching ; switches ; modify ; modifying ; amend ; amending ; edit ; editing ; alter ; altering ; correct ; correcting ; "
        "redirect ; redirecting ; reroute ; rerouting ; move ; moving ; set ; adapt ; adapting ; convert ; converting ; revise ; revising ; replace your (email|address)",
        "set (as|to) ; changed ; updated ; switched ; modified ; amended ; edited ; altered ; corrected ; redirected ; rerouted ; moved ; adapted ; converted ; revised",
        "modification ; amendment",
    ),
    "send": Verb(
        "send ; sends ; sending ; ship ; ships ; shipping ; dispatch ; dispatching ; deliver ; delivering ; mail ; mailing ; post ; posting",
        "shipped you ; has gone out ; sent ; mailed ; sent out ; been sent ; gone out",
    ),
    "reship": Verb(
        "reship ; re ship ; reshipping ; re shipping ; resend ; re send ; resending ; re sending ; redeliver ; redispatch",
        "reshipped ; re shipped ; resent ; re sent ; redispatched",
        "reshipment ; re shipment ; replacement (parcel|package|shipment|order|delivery) ; (new|second|fresh|another) (shipment|parcel|package|delivery)",
    ),
    "store": Verb("save ; saving ; store ; storing ; enter ; entering ; put in ; putting in", "saved ; stored ; entered ; put in ; put"),
    "take": Verb("take ; taking ; takes", "took ; taken"),
    "credit_verb": Verb("compensate ; compensating", "credited ; compensated", ""),
    "charge": Verb("use ; using ; charge ; charges ; charging ; bill ; billing ; pay ; paying ; put", "charged ; billed ; paid"),
    "adjust": Verb("adjust ; adjusts ; adjusting ; match ; matching", "adjusted ; matched", "adjustment"),
    "open": Verb(
        "open ; opens ; opening ; file ; filing ; raise ; raising ; start ; starting ; lodge ; lodging ; submit ; submitting ; create ; creating ; register ; registering ; initiate ; initiating ; launch ; launching ; make ; making ; log ; put in ; putting in ; begin ; place ; placing",
        "claim open ; claims open ; is (now |)open ; are (now |)open ; opened ; filed ; raised ; started ; lodged ; submitted ; created ; registered ; initiated ; launched ; made ; logged ; placed",
    ),
    "arrange": Verb(
        "set up ; setting up ; arrange ; arranging ; process ; processing ; issue ; issuing ; book ; booking ; complete ; completing ; apply ; applying ; approve ; approving ; grant ; granting ; offer ; offering ; add ; adding ; give ; giving ; go ahead with ; put through ; reverse ; reversing ; organise ; organize ; organising ; organizing ; do ; provide ; providing ; enter ; record",
        "all set up ; set up ; arranged ; processed ; issued ; booked ; completed ; applied ; approved ; granted ; added ; confirmed ; finalised ; finalized ; reversed ; organised ; organized ; sorted ; gone through ; went through ; given ; gave ; done ; recorded ; provided ; finished ; scheduled ; ordered for you ; on its way ; on the way ; in place ; complete ; released ; triggered ; under way ; underway",
    ),
    "arrive": Verb(
        "deliver ; delivers ; brings ; bring ; arrive ; arrives ; arriving ; reach ; reaches ; delivery ; expected ; due ; eta ; get there ; get to you ; land ; lands ; be with you ; come ; comes ; coming ; receive it ; receive your (order|parcel|package) ; "
        "there (by|on) ; with you (by|on) ; estimated ; expect (it|your|the) ; get it ; delivered by ; be delivered ; turn up ; show up ; at your door ; on your doorstep ; be there ; to be delivered ; being delivered ; get your (order|parcel|package) ; out for delivery",
        "",
    ),
    "order_past": Verb(
        "",
        "placed on ; ordered on ; purchased on ; bought on ; placed ; ordered ; bought ; purchased ; shipped on ; dispatched on ; sent on ; charged on ; paid on ; cancelled on ; posted on ; left (us|our|the) (warehouse |)on ; reported on ; opened on ; collected on",
    ),
}

_CUES = {
    "order": "order ; orders ; purchase ; #order",
    "parcel": "parcel ; package ; shipment ; parcels ; packages",
    "item": "item ; items ; product ; products ; article ; articles ; one ; ones ; unit",
    "it": "it ; that ; this ; them",
    "street": "street ; town ; house number",
    "address": "address ; addresses ; #address ; (delivery|shipping|new|home|correct|different|another|postal|street) address ; new delivery address ; new shipping address ; destination",
    "full_address": "#address",
    "other_email": "(your |the |)(confirmation|order|shipping) email ; (an|by|via|our|another) email ; email (confirmation|with|saying|from) ; emailed ; security reasons",
    "email": "email ; emails ; e mail ; email (address|id) ; e mail address ; mail address ; email addresses ; account email ; contact email ; login email",
    "new_email": "new (email|e mail|email address|e mail address|mail address) ; #email",
    "payment": "payment ; payments ; payment method ; payment methods ; method of payment ; payment option ; paying method ; means of payment ; way to pay ; paypal ; #payment ; #brand",
    "method": "payment method ; payment methods ; method of payment ; payment option ; means of payment ; way to pay ; payment type",
    "card": "card ; cards ; account ; method ; bank account ; credit card ; debit card ; bank card",
    "gift_card": "gift card ; gift cards ; gift voucher ; giftcard ; #card",
    "card_number": "(gift |)card (number|code|no|id) ; number (on|of|for|from) (the|your|that) (gift |)(card|voucher) ; code (on|of|for|from) (the|your) (gift |)(card|voucher) ; gift card is number ; gift cards number ; (digits|number|code) (on|of) the (back|front) of (the|your) (gift |)card ; number printed on ; gc number ; gift code ; which gift card",
    "order_number": (
        "order (number|id|no|reference|code|ref|numbers|identifier|confirmation number) ; number (of|for|on) (the|your|that|this) (order|purchase) ; orders number ; purchase (number|id|reference) ; reference number ; confirmation number ; "
        "(id|reference|code) (of|for) (the|your) order ; w number ; number (starting|beginning|that starts|that begins) with w ; number of (the|your) order ; your (number|reference) ; the order it ; 5 digit number ; five digit number ; booking number"
    ),
    "which_order": "which (order|purchase|of your orders|of the orders|of your two orders|one of your orders) ; what order ; which of your (recent |)(orders|purchases) ; which order number ; what is the order ; which of (these|those|them|the two) orders",
    "name": "name ; full name ; names ; first and last name ; surname ; name on the account ; last name",
    "postcode": "postcode ; post code ; postal code ; zip ; zip code ; zipcode",
    "identity": (
        "verify (you|your identity|your account|who|that it is you|who i am|the account) ; confirm (your identity|who you are|it is you|that it is you) ; who you are ; who am i (speaking|talking|chatting) ; your identity ; identify (you|yourself|your account) ; proof of identity ; security (check|question|questions) ; "
        "verify yourself ; prove ; who i am (speaking|talking|dealing|chatting) ; who is (this|the account holder) ; account details ; pull up your account ; identification ; locate your account ; find your account ; find you in ; find you on ; look you up ; your details"
    ),
    "which_item": (
        "which (item|product|article|one of your items|of the items|of the products|of your items|piece|of the two items|of these items|of those items|of them|of these|of the two|ones) ; what (item|product|article|items|products) ; which (items|products|articles) ; what is the (item|product) ; what is it (that |)you ; what did you (order|buy|purchase) ; "
        "what (would you like|do you want|are you|did you want) (to return|to exchange|returning|to send back|exchanging|to swap|to buy|to replace) ; which would you like (to return|to exchange|to send back) ; (name|description) of the (item|product|article) ; product name ; item name ; what exactly (is damaged|is broken|stopped|did you|arrived) ; which (thing|goods|part of (the|your) order|part of it) ; what (is|was) (damaged|broken|defective|missing|faulty) ; which one is (damaged|broken|affected|faulty) ; what (broke|stopped working|has stopped|arrived damaged|arrived broken) ; which one (arrived|broke|stopped|do you mean|are you|did you)"
    ),
    "what_color": (
        "(what|which) (new |other |)(color|colors|size|sizes|option|options|variant|version|shade|finish|model|style|variation|material|configuration|capacity|length) ; (color|size|option|variant|version|colour) or (color|size|option|variant|version) ; new (color|size|option|variant) ; preferred (color|size|option|variant) ; which (color|size|option) or (color|size|option) ; "
        "(what|which) (color or size|size or color) ; what would you like (it |)instead ; which one (would|do) you (like|want|prefer) instead ; what do you want instead ; which one instead ; which would you like instead ; what would you prefer instead ; desired (color|size|option|variant) ; color (do|would) ; size (do|would) ; what (should|shall) (i|we) (change|switch|exchange|swap) (it|that|this|the) ; what would you like (it|that) in ; what would you like to (change|switch|swap) (it|to) ; (color|size|option|variant|version) you (would like|want|need|prefer) ; "
        "which (color|size) ; which (do|would) you (want|like) instead ; size do you ; color do you"
    ),
    "option_value": "",
    "email_value": "",
    "quantity_value": "",
    "product_name": "",
    "color": "color ; colors ; size ; sizes ; option ; variant ; version ; shade ; finish",
    "reason": "reason ; reasons ; motive ; grounds ; cause ; because of what ; why",
    "why": "is there (a|any) (particular |specific |special |)reason ; any (particular |specific |)reason ; why ; how come ; what made you ; what is the reason ; for what reason ; what reason ; which reason ; what makes you ; what prompted ; what led you ; what led to ; led to ; what (is|was) wrong with (it|the|them) ; what is behind ; what caused ; what has changed ; what changed your mind ; what is not right ; what did not ; not happy with ; not like about",
    "where": "where",
    "where_send": "where (we|i|you|it) (should|shall|can|could|would|want|may) ; where (should|shall|can|do|would|could|may|must) (i|we|you|it|the|your) ; where (to|it|is it|exactly) ; where would you like ; where do you want ; which address ; what address ; what is the (new |correct |right |full |complete |delivery |shipping |new delivery |new shipping |full new )address ; what is your (new |)(address|delivery address) ; where the (parcel|order)",
    "which_one": "which (one|of these|of those|of them) ; which",
    "which_method": "(pay|paying) (with|by|using) what ; which (card|account|payment|method|payment method|of your cards|of your payment methods|payment option) ; what (payment|method|card|payment method) ; how (would you like|do you want|would you prefer|do you wish|should i|shall i|should we|will you be|are you going) (to pay|to be refunded|paying|it refunded|the refund|your refund|to receive (the|your) refund|to receive your money|to be paid|to be reimbursed|the money|your money|charge|us to refund|me to refund) ; where (should|shall) (the|your) (refund|money) ; where would you like (the|your) (refund|money) ; where do you want (the|your) (refund|money) ; where (should|shall) (i|we) (refund|send the (refund|money)|send your (refund|money)) ; preferred payment ; how (to|you would like to) pay",
    "prefer": "prefer ; preference ; rather ; preferred ; favour ; favor ; would you like ; do you want ; like better ; which one ; which of the two ; which do you ; which would you ; choose ; choice ; opt ; or would",
    "which_prefer": "which (one |option |of the two |of these |of those |solution |way |)(would|do) you ; which (one |option |)(suits|works|is better|is best|should|shall) ; what would you (prefer|rather|like better) ; what do you prefer ; your preference ; which is it ; the choice is yours ; up to you ; your (choice|call) ; how would you like (me|us|this|it) ; what would you like (me|us) to do about it ; (what|which) (solution|outcome|resolution)",
    "money_back": "money back ; your money ; money ; funds",
    "new_one": "new one ; another one ; new #item ; (a |)brand new ; fresh one ; new item ; new unit ; new piece ; substitute ; another ; new copy ; undamaged ; intact one ; new",
    "again": "once again ; again ; once more ; (a |)second time ; anew",
    "claim_noun": "claim open ; claims open ; claim ; claims ; claim (number|no|id|reference|ref) ; #claim ; investigation ; search request ; trace ; tracing request ; lost parcel report ; enquiry with the carrier ; inquiry with the carrier ; lost parcel claim ; claim with the carrier",
    "warranty": "warranty ; guarantee",
    "charge_back": "give back",
    "duplicate": (
        "taken twice ; took twice ; a second (charge|payment|transaction|debit) ; duplicate ; duplicates ; duplicated ; double ; second (charge|payment|transaction|booking|debit|time) ; (charged|billed|paid|debited|booked|taken) (you |)(twice|double|two times) ; twice ; (two|2) (identical |)(charges|payments|transactions) ; extra (charge|payment) ; double (charge|payment|charged|billing|booking) ; duplicate (charge|payment|transaction) ; "
        "additional (charge|payment) ; repeated (charge|payment) ; more than (one|once) ; overcharge ; overcharged ; other charge ; redundant (charge|payment) ; superfluous (charge|payment)"
    ),
    "charged_once": "(only|exactly) (one|1|a single) (charge|payment|transaction|debit|booking) ; (charged|billed|debited|paid|taken|booked) (you |it |)(only |)(once|one time|a single time)",
    "single_charge": "one (charge|payment|transaction|debit|booking) ; (a|one) single (charge|payment|transaction) ; (charged|billed|debited|paid|taken|booked) (you |it |)(only |)(once|one time|a single time|only once) ; 1 (charge|payment) ; single (charge|payment|transaction)",
    "only": "only ; exactly ; no more than",
    "difference": "difference ; price difference ; the balance in price ; surcharge ; differential ; gap ; price gap ; additional cost ; extra cost ; additional charge",
    "costs_more": "#money (more|extra|additional|on top|more expensive|dearer|higher|to pay|surcharge|more than) ; (extra|additional|further|another) #money ; (pay|owe|add|charge|charged|paying|be) (you |)(an |)(extra|additional|further|another) ; more expensive ; costs more ; cost more ; on top ; pay the difference ; surcharge of",
    "back_to": "(goes|go|going|went|gone|sent|is) back ; back (to|on|in|into|onto) (your|#payment|the) ; (getting|get|receive|receiving) #money (from us|for) ; #money from us",
    "on_card": "(on|to|in|into) your (card|visa|mastercard|paypal|bank|account|#payment) ; (on|to) #payment",
    "back_money": "#money back ; (get|receive|see|have|gives you|give you|giving you|is|of) #money back",
    "cheaper_word": "cheaper ; less expensive ; costs less ; cost less",
    "cheaper_by": "save #money ; saves you #money ; saving #money ; #money (less|cheaper|lower|less expensive) ; cheaper by #money",
    "less": "cheaper by #money ; #money (less|cheaper|lower|back) ; cheaper ; less expensive ; costs less ; cost less ; in your (favour|favor) ; back to you ; refund ; refunded ; get back ; back ; we owe you ; save #money ; saves you #money ; saving #money ; less",
    "same_price": "same price ; no price difference ; no difference in price ; no difference ; no surcharge ; costs the same ; cost the same ; price is the same ; price stays the same ; identical price ; price is identical ; no difference to pay ; prices are the same ; price does not change ; same as the",
    "balance": "balance ; (holds|carries|contains|still has|has got|have got) #money ; #money on (it|card|the card|that card|your card) ; (left|remaining|available|remains|stored|loaded|sitting|still) (on|in) (the|your|that|this|it|gift|#card) ; remaining (balance|credit|value|amount|funds) ; #money (left|remaining|available|remains|on it|on the card|on your card|on your gift card|on that card|on the gift card|still on) ; (card|#card|voucher) (has|holds|still has|contains|carries|still holds|still carries|is worth|is good for) ; current value ; has #money left ; worth of credit ; remaining credit",
    "credit": (
        "credit ; credits ; goodwill ; good will ; store credit ; voucher ; compensation ; goodwill (credit|gesture|payment) ; gesture of goodwill ; (credit|credits) (of|for) ; price match credit ; price match ; price adjustment ; credit note ; gesture"
    ),
    "price_match": "price (match|matching|adjustment|adjust|guarantee|drop|dropped|has dropped|reduction|cut|decrease|protection) ; drop in price ; dropped in price ; (price|prices) (went|gone|has gone|have gone|is|has come|came) (down|lower|cheaper) ; drop ; dropped ; cheaper now ; lower price ; reduced price ; price difference ; difference",
    "become_cheaper": "(become|became|become a bit|become much|got|gotten|gone) cheaper ; it dropped ; price dropped ; price has dropped ; price drop",
    "price_drop": "price (match|matching|adjustment|drop|reduction|cut) ; drop in price ; dropped ; drop ; price dropped ; cheaper now ; lower price ; reduced",
    "credit_verb_money": "credit you ; credit your ; credit #money ; credit the ; crediting",
    "price": "(we|i) (charge|ask) #money ; we (charge|ask) ; we sell (it|the|this|that) ; price ; priced ; cost ; costs ; costing ; sells for ; goes for ; is selling ; retails ; price tag ; selling at ; listed at ; is on sale for ; sold for ; price is ; for sale at ; is yours for ; for only ; sells at ; on offer for ; currently at ; available (for|at) #money",
    "other_money": "total ; shipping fee ; shipping cost ; shipping costs ; delivery fee ; fee ; fees ; spent ; minimum ; order total ; order value ; original price ; originally ; you paid ; paid ; used to (cost|be) ; was priced ; sum ; delivery costs ; (charge|charges|payment|payments) of #money ; charged",
    "bank": "bank ; account ; statement ; your (card|visa|mastercard|paypal|account|bank) ; booked ; posted ; credited ; transferred ; money ; funds ; be (paid|credited|refunded|booked|posted) ; back on your ; back in your",
    "other_date": "today ; today is ; expires ; expiry ; valid ; until ; deadline ; no later than ; ago ; birthday ; expired ; ended ; signed ; promised ; originally ; was due ; was expected ; as of ; dated ; since ; window ; period ; last day ; send it back by ; return it by ; returned by",
    "late": "late ; delayed ; overdue ; lateness ; delay ; delays ; old ; ago ; early ; too long",
    "wait": "late ; ago ; old ; overdue ; delayed ; delay ; waited ; waiting",
    "not_window": "late ; ago ; old ; overdue ; delayed ; moments ; minutes",
    "shipped": (
        "left (us|already) ; shipped ; dispatched ; in transit ; on its way ; on the way ; en route ; left (our|the) (warehouse|depot|store|facility|building|house|hands) ; left (the warehouse|already|us) ; has left ; have left ; handed (over |)to the (carrier|courier) ; with the (carrier|courier) ; out for delivery ; underway ; already left ; (is |has |)gone out ; (is |has |)gone to (the|our) (carrier|courier) ; "
        "has been (shipped|dispatched|handed over) ; on the road ; with the delivery ; in the carrier ; on a truck ; left"
    ),
    "attend": "preparing ; processed ; being (processed|packed|prepared) ; packed",
    "delivered": "delivered ; arrived ; been delivered ; was delivered ; has arrived ; got there ; marked as delivered ; handed to you ; was received",
    "pending": "pending ; still pending ; being (processed|prepared|packed|picked) ; in preparation ; awaiting (shipment|dispatch|shipping) ; waiting to be (shipped|sent|dispatched) ; in processing ; still processing ; still open ; not (yet |)(shipped|dispatched|left|been shipped|been dispatched|been sent|sent|left our warehouse|left the warehouse|been sent out|gone out) yet ; not yet (shipped|dispatched|left|been shipped|been dispatched|been sent|sent|left our warehouse|left the warehouse|gone out)",
    "status": "status ; state ; stage ; list ; lists ; listed as ; listed ; marked ; marked as ; recorded as ; registered as ; showing as ; shown as ; flagged as ; stands as ; stands at ; booked as",
    "thing": "yours ; order ; parcel ; package ; shipment ; it ; #order ; delivery ; status ; purchase ; one ; that ; which",
    "available": "available ; (is|are) available",
    "we_have": "we (have|do have|carry|stock) (it|some|the|plenty|that|them) ; (we|i) have got (the|it|some|that|them|plenty) ; there (is|are) (still |)(some|plenty|one|a few)",
    "in_stock": "in stock ; in the warehouse ; in our warehouse ; on hand ; have (it|that|this|them|one|some|plenty|a few|several|the) in stock ; in our warehouse ; on the shelf ; ready to ship ; stocked ; in supply ; back in stock ; in stock and ready ; do have (it|that|them)",
    "have_stock": "in stock ; available ; have in stock ; on hand ; left in stock",
    "is_out": "(is|are) out (.|,|!)",
    "supply": "supply ; supplied",
    "no_stock": (
        "out of stock ; sold out ; unavailable ; no longer available ; not got (the|it|that|any|one|them|this) ; not (currently |)(available|in stock) ; none (left|in stock|available) ; temporarily unavailable ; no stock ; not have (it|that|this|them|any|the|one|that one) ; not have #item ; (have|has) run out of ; run out of ; ran out of ; stock is empty ; zero in stock ; all gone ; no more ; nothing in stock ; not in stock ; (is|are) gone ; not have in stock ; discontinued ; none of (them|those) left ; not available ; no longer (in stock|stocked|stock|have) ; not (carry|stock) ; no units ; on backorder ; back ordered ; backordered"
    ),
    "no_more": "can no longer ; no longer possible ; no longer be ; no longer ; any more ; anymore ; at this (point|stage)",
    "too_late": "too late ; past the point ; no longer pending ; can no longer be (changed|cancelled|modified|stopped) ; already gone ; no longer stoppable",
    "only_pending": "only (while|as long as|when|if|before|until|possible) ; before (it|they|an order) (is|has|have|leaves|ships|left|been) ; (only|while) (it is |)pending",
    "window": (
        "time in which ; time (for|to) (returning|return|returns|exchange|exchanging|this) ; return window ; (return|exchange|refund|cancellation|claim|price match|price adjustment|reporting|damage|adjustment|price protection|return and exchange) (window|period|deadline|time|timeframe|time frame|limit|policy) ; window ; deadline ; time limit ; timeframe ; time frame ; period ; (#quantity) (window|period|limit|deadline|return window|return period|return limit|return policy|policy|return|mark|cut off|cutoff) ; cut off ; cutoff ; limit ; grace period"
    ),
    "passed": "passed ; has passed ; over ; expired ; closed ; ended ; elapsed ; outside ; past ; beyond ; exceeded ; exceeds ; ran out ; run out ; lapsed ; missed ; outside of ; longer than ; after the ; gone by ; (is|has) up ; exceed ; already gone ; after more than ; too late",
    "too_long": "for (more than|over|longer than) #quantity ; too long ago ; longer ago than ; more than #quantity (ago|old|have passed|since|after|have gone by|have elapsed) ; over #quantity (ago|old|have passed|since) ; too (much time|many days) ; #quantity ago ; too old ; (delivered|bought|purchased|ordered|received) (it |) (more than|over) #quantity ; more than #quantity (since|after) ; within (the first |)#quantity ; up to #quantity ; only #quantity ; #quantity (of|from|after|since) (delivery|purchase|receiving|the delivery|receipt|the purchase|your purchase|buying|ordering|the order) ; past #quantity ; beyond #quantity ; only (accept|take|possible|allowed|offered) ; too late ; older than #quantity ; long past ; too far (back|in the past)",
    "final_sale": "final sale ; clearance ; excluded from (returns|return) ; non returnable ; nonreturnable ; not returnable ; sold as final ; not be returned ; final sale item ; final sale items ; all sales (are |)final ; sold as is ; marked (as |)final ; sale is final ; final reduction ; not eligible for return ; not eligible for returns ; closeout ; last chance",
    "too_early": (
        "too early ; too soon ; not (yet |)late enough ; not (yet |)(considered|counted|classed|regarded|treated as|count as|counted as|considered as|be considered|be treated as|be counted as) (as |)lost ; not yet lost ; not lost yet ; not (yet |)overdue ; not been (long|late|delayed) enough ; not (delayed|long) enough ; (still |)within the (normal|expected|usual|delivery|promised|allowed) ; "
        "give it (a bit |a little |some |)more (time|days) ; (needs|has|have|must|need) to be (at least |more than |)(#quantity|#number) (late|overdue|delayed) ; not yet #quantity (late|overdue|behind|past) ; not #quantity (late|overdue) ; (less|fewer) than #quantity (late|overdue|delayed|behind) ; only #quantity (late|overdue|behind|delayed) ; not (yet |)reached ; not (yet |)(late|delayed) ; have to wait ; need to wait ; must wait"
    ),
    "wait_more": "it is #quantity (late|overdue) ; (at least|more than|minimum of|after|until|before|once it is|until it is|it is|reached) #quantity ; (at least|more than) #quantity (late|overdue|past|after|of delay) ; #quantity (late|overdue|of delay|behind|delayed) ; counts as lost ; considered lost ; treat it as lost ; declared lost ; still on time ; within",
    "wait_word": "wait ; waiting ; hold off",
    "claimish": "claim ; credit ; lost ; counts as lost ; considered lost ; treat it as lost ; declared lost ; compensation ; reship ; resend ; goodwill ; investigation ; refund ; late ; delay ; replacement",
    "drop_word": "(become|became|got|gotten|gone) cheaper ; dropped ; drop ; gone down ; go down ; decreased ; decrease ; reduced ; reduction ; lowered ; lower ; fallen ; fall ; come down ; cheaper ; price drop ; price cut ; price decrease ; price reduction ; drop in price ; price change",
    "price_now": "(become|became|got|gotten|gone) cheaper ; cheaper ; price ; prices ; it ; costs ; price drop ; price cut ; price decrease ; price reduction ; drop in price ; price change",
    "no_drop_weak": "same (today |now |)as (when|what) ; as when you (bought|ordered|purchased|paid) ; (stayed|remained) the same ; unchanged ; still the same ; the same as ; still costs ; exactly what you paid ; risen ; gone up ; increased ; higher than",
    "no_drop": "price is (still |currently |)(the same|unchanged|identical) ; price (stayed|remains|remained) the same ; same price (as|you) ; price is (higher|up) ; price (has |)(risen|gone up|increased)",
    "covers": "cover ; covers ; enough ; sufficient ; insufficient ; low ; short ; falls short ; too little ; not (cover|enough|sufficient) ; less than (the|your|what) ; lower than (the|your) ; below the ; cover it ; cover the ; pay for",
    "insufficient": "insufficient ; too low ; falls short ; fall short ; too little ; too small ; short of ; not (be |)(cover|enough|sufficient) ; not stretch ; not have enough ; not enough (balance|money|funds|left|credit|on) ; less than (the|what) ; less than the (order|total|price|cost) ; lower than the (order|total|price) ; below the (order|total|price) ; not cover ; not fully cover ; only partly covers ; only covers part ; not meet ; exceeds ; more than the (card|balance|gift)",
    "warranty_over": "out of warranty ; out of guarantee ; no longer (under|covered by|in|within) (the |)(warranty|guarantee) ; warranty (has |have |is |period |)(expired|ended|over|run out|lapsed|ran out|no longer|is over|has expired|has ended|passed|has passed|finished|not valid) ; outside (of |)(the |its |)(warranty|guarantee) ; past (the |its |)warranty ; (beyond|after) (the |its |)warranty ; expired warranty ; not (under|covered by) (the |)warranty ; warranty (only |)(ran|lasted|covered|was)",
    "expired": "(came|come) to an end ; expired ; ended ; over ; ran out ; run out ; lapsed ; no longer ; passed ; past ; elapsed ; not valid ; finished ; outside ; exceeded ; up",
    "discount": "discount ; discounts ; discount code ; promo code ; coupon ; coupons ; price reduction ; reductions ; special price ; promotion ; promo ; voucher code ; voucher codes ; something off ; money off ; rebate ; rebates ; bargain ; haggle ; negotiate ; deals ; special offer ; special offers ; percent off ; freebie ; freebies ; free gift ; reduce the price ; lower the price ; lower our prices ; knock anything off ; price cut ; price cuts",
    "fixed_price": "prices are fixed ; price is fixed ; fixed prices ; prices are (final|set|as listed|non negotiable|the same for everyone) ; price is (final|set|non negotiable|what it is) ; not negotiate ; everyone pays the same ; same price for everyone ; not haggle ; prices are not negotiable",
    "other_account": (
        "(another|other|different) (person|persons|people|customer|customers|peoples|account|accounts|user|users|account holder) ; (someone|somebody|anyone|anybody|everyone) (else|elses) ; a third party ; third parties ; (his|her|their|others) (account|accounts|order|orders|data|details|information|purchases) ; "
        "account (holder|owner) ; (holder|owner) of (the|that|this) account ; your own (account|orders|order|data|details) ; other than your own ; privacy ; data protection ; belongs to (another|someone|somebody|a different|other) ; not yours ; not (in your name|on your account|under your name|belong to you|linked to your) ; accounts of (others|another) ; on behalf of ; persons account ; (wife|husband|friend|mother|father|brother|sister|partner|neighbor|neighbour|son|daughter|boss|colleague|roommate|girlfriend|boyfriend) (account|order|orders) ; people is (account|orders|order|data)"
    ),
    "remains": "left ; remaining",
    "what_which": "what ; which",
    "go_to": "go ; goes ; going",
    "out_of": "out of",
    "not_any": "not any ; no more",
    "number_word": "number ; code ; no ; digits",
    "obtain": "get ; gets ; receive ; receives ; have ; has",
    "back_word": "back",
    "from_now": "instead of the old (one|) ; from now on ; instead ; in future ; now on ; going forward ; in your account",
    "foreign": "not your (account|order|data) ; not yours ; not (in your name|on your account|under your name|belong to you|linked to your)",
    "belongs": "belongs to ; belong to ; owner ; owns",
    "discuss": "discuss ; share ; talk about ; speak about ; access ; open ; change ; give ; disclose ; information ; help ; look into ; see ; view ; make changes ; show ; tell ; work with ; touch ; provide ; allowed ; only",
    "without": "without ; until ; unless ; before",
    "verify_fail": (
        "(verification|identification|identity check|security check) (has |)(failed|unsuccessful) ; not verified ; unverified ; not been verified ; failed (to verify|verification) ; not (find|locate) (an|any|your|a) (account|customer|record|match|matching) ; do not match ; does not match ; not match ; details do not ; not be (verified|confirmed|identified) ; not prove ; no (account|customer|record|match|matching account) (matches|matching|match|with|under|that|found|for|on) ; no match"
    ),
    "verify_you": "(verify|confirm|identify|authenticate|establish|verifying|confirming|verified|confirmed|matched|match) (you|your|who|that you|that it is you|the identity|the account) ; verification ; your identity ; identity",
    "scope_help": "(help|assist) (you |)with ; (help|assist|advise|support|deal|do) (you |)(with|on|about) (that|this|it|such|those|these)",
    "scope": (
        "nothing (we|i) (do|handle|deal) ; nothing for (this|our) (desk|team) ; not do (that|this|those|such) ; outside (of |)(what|my|our|the scope) ; out of (scope|our scope|my scope|our hands|my hands) ; beyond (what|the scope|my|our) ; not something (i|we|that|this desk|our|this) ; "
        "not (my|our) (area|department|field|team|expertise|remit|line) ; not (handle|deal with|help with|assist with|part of|related to|responsible for|concerned with) ; not the right (place|team|desk|department) ; (wrong|another|different) (department|desk|team) ; only (do|handle|deal with|deal|help with|help|assist|here to help|able to help|responsible) ; this desk (only|deals|handles) ; unrelated to ; not what (we|i|this) ; "
        "not (able to |)(help|assist|advise|support) (you |)(with|on) (that|this|it|such|those|these|anything like) ; nothing to do with ; not (a |)(matter|question|topic|issue) (for|of|this|that|we|i) ; not (handled|dealt with|done|answered) (here|by) ; not (give|offer|provide) (medical|legal|tax|financial|travel|personal|technical|cooking|investment) ; not within (our|my) ; does not fall ; not fall"
    ),
    "lost": "lost ; missing ; gone missing ; disappeared",
    "damaged": "(arrived|came|delivered|was delivered|received) (damaged|broken|defective|faulty|cracked|in pieces|smashed) ; damaged ; broken ; defective ; faulty ; cracked ; smashed ; damage",
    "customer_past": "(that|which|who) (arrived|came|was delivered|has arrived) ; you (also |just |)(had |have |)(gave|wanted|asked for|mentioned) ; you (returned|sent back|sent|ordered|bought|purchased|cancelled|received|requested|paid|have returned|have ordered|have bought|have sent|had ordered|had returned|sent us|have sent back|have received|exchanged|reported|are returning|placed) ; (return|refund|exchange|cancellation|shipping|warranty|price match|privacy|replacement) (policy|policies|rules|conditions|terms|label|labels|request|requests) ; return (window|period|deadline|address|shipping|slip|form) ; once we (receive|have|get) ; after we (receive|have|get) ; as soon as we (receive|have|get) ; when we (receive|have|get) ; (upon|on|after) (receipt|return|arrival) ; in return ; in exchange ; order (confirmation|history|page|form|details) ; change of mind ; changed your mind ; change your mind ; get the most",
    "self_service": "on (the|our) website ; online ; in your account ; by yourself",
    "before_ship": "pending ; not shipped ; not left ; before it (ships|leaves|is sent|goes out|is shipped|is dispatched) ; not (yet |)(been |)(shipped|sent|left|dispatched)",
    "deliver_context": "delivered ; returned ; send back ; received ; already have",
}

_ITEM_FORMS: dict[str, str] = {}
_HEADS: dict[str, list[str]] = {}
for _name in PRODUCTS:
    _HEADS.setdefault(_name.split()[-1], []).append(_name)
for _name in PRODUCTS:
    _head = _name.split()[-1]
    _forms = {_name, f"{_name}s"}
    if len(_HEADS[_head]) == 1 and _head not in ("board", "bag", "fan", "machine"):
        _forms |= {_head, f"{_head}s"}
    if _name.endswith("s"):
        _forms |= {_name[:-1]}
    _ITEM_FORMS[_name] = " ; ".join(sorted(_forms))
_ITEM_FORMS["bookshelf"] += " ; book shelf ; bookshelves ; shelf"
_ITEM_FORMS["espresso machine"] += " ; espresso maker ; coffee machine"
_ITEM_FORMS["cast iron skillet"] += " ; skillet ; iron skillet ; cast iron pan"
_ITEM_FORMS["air fryer"] += " ; airfryer"
_ITEM_FORMS["headphones"] += " ; head phones"

_TOOLS = frozenset(
    "cancel_order change_address change_payment modify_item return_item exchange_item replace_item refund_item open_claim "
    "reship_order refund_payment adjust_price issue_credit open_warranty_claim update_email".split()
)

VOCABULARY = Vocabulary(
    cues=_CUES,
    verbs=_VERBS,
    ids={"order": "W99999", "claim": "C-99999", "card": "GC-9999"},
    brands=("visa", "mastercard"),
    entities={
        "item": _ITEM_FORMS,
        "reason": {
            "no longer needed": "no longer needed ; not needed (any more|anymore|any longer) ; no longer (need|want|wanted|required|require) (it|this|that|them|the|) ; not (need|want) (it|this|that|them) (any more|anymore|any longer) ; no longer being needed",
            "ordered by mistake": "(ordered|bought|placed|order|purchased) (it |) (by mistake|in error|by accident|accidentally) ; ordered accidentally ; ordering (mistake|error) ; mistaken order ; accidental order ; by mistake",
            "found cheaper": "found (it |this |one |the same |something |a |)(cheaper|for less|at a lower price|lower price) (elsewhere|) ; found a (cheaper|better) (price|one|offer|deal) ; cheaper elsewhere ; better price elsewhere",
        },
    },
    options={product.name: product.options for product in PRODUCTS.values()},
    shy_options=frozenset(
        "clear short regular long small medium large single double round steel 39 40 41 42 43 arched rust mint olive cream silver".split()
    ),
    kind_cues={
        "order": "order",
        "claim": "claim_noun",
        "card": "gift_card payment",
        "email": "new_email email_value",
        "address": "address full_address",
        "payment": "payment",
        "brand": "payment",
        "quantity": "quantity_value",
        "item": "item product_name",
        "option": "color option_value",
    },
    slots={
        "new_email": "new_email !email_value ; email change|charge|store !email_value ; email from_now !email_value",
        "card_number": "card_number ; number_word gift_card",
        "order_id": "?which_order ; order_number ; number_word order !gift_card|claim_noun|color ; number_word ^order !gift_card|claim_noun|color|postcode|card|card_number ^!gift_card ; number_word ^which_order",
        "identity": "email !email_value ; name ; postcode !address|street ; identity",
        "preference": "?refund|money_back replace|new_one or ; ?refund|money_back or ^replace|new_one ; ?replace|new_one or ^refund|money_back ; ?which_prefer ^refund|money_back ^replace|new_one ; ?prefer refund|money_back replace|new_one",
        "payment_method": "?which_method ; method ; ?payment or !verb ; ?what_which charge like|offer !color|email ; ?which_one|which_prefer|prefer refund|charge ^payment",
        "address": "?where_send ; where send|arrive|change|go_to ; address !email !full_address ; street !full_address",
        "option": "?what_color ; color wh ; ?color !verb|option_value|product_name ; ?which_prefer ^option_value !refund",
        "reason": "?why ; reason",
        "item": "?which_item ; ?what_which return|exchange|replace like|offer !color|address|reason|why|payment|order_number|email|option_value|street",
    },
    beats={
        "new_email": frozenset({"identity"}),
        "card_number": frozenset({"order_id"}),
        "preference": frozenset({"option", "item", "payment_method"}),
    },
    pick="which_one|which_prefer|which_item|prefer",
    choices={
        "reason": "reason",
        "payment": "payment_method",
        "option": "option",
        "item": "item",
        "order": "order_id",
        "address": "address",
    },
    money={
        "credit_amount": "price_drop difference|refund|credit ; difference refund_past|credit_verb_past ^!exchange|swap|change ; credit !refund !balance ; credit_verb !refund ; credit_verb_money !refund",
        "price_difference": "difference ; costs_more ; cheaper_by ; back_money ^cheaper_word",
        "balance": "balance ; gift_card have !refund ; gift_card be !refund|charge|change|credit|store",
        "refund_amount": "refund ; money_back ; back_to ; on_card !gift_card|charge|credit",
        "price": "price ; product_name be !costs_more|cheaper_by|difference|refund|credit ; product_name !verb|costs_more|cheaper_by|difference|refund|credit|replace",
        "": "other_money",
    },
    dates={
        "refund_date": "refund ; bank ; money_back ; on_card",
        "delivery_date": "arrive ; delivered ; replace ; obtain",
        "": "other_date ; order_past",
    },
    less="less|back_money",
    signed="price_difference",
    same="same_price",
    codes={"claim": "claim_number"},
    answer=("answer", "not_window"),
    flags={"stock": ("in_stock ; we_have product_name|option_value !order|gift_card|claim_noun ; available item|color|it|have !gift_card", "no_stock item|color|it|have|be !shipped ; is_out option_value|product_name ; out_of product_name ; not_any product_name ; neg remains item|color")},
    states={
        "status": {
            "pending": "pending thing be|status|colon ; pending order !verb ; pending status",
            "shipped": "shipped thing be|status|have|colon !replace|again|reship ; shipped order !verb ; shipped status ; send_past order|parcel be|have|perfect !replace|new_one|reship|again|credit",
            "delivered": "delivered thing be|status|have|past|colon !damaged|duplicate ; delivered order|parcel !verb !damaged ; delivered status",
            "cancelled": "cancel_past thing be|status|colon !perfect ; cancel_past status",
            "returned": "return_past thing|item be|status|have|colon !duplicate ; return_past status",
        }
    },
    tools={
        "refund_payment": "refund|arrange|cancel|return|charge_back|back_word|back_to|back_money duplicate",
        "update_email": "change|open|arrange|store email|new_email !address ; change new_email ; change email ; new_email consent|okay",
        "open_warranty_claim": "warranty open|arrange|claim_noun",
        "open_claim": "claim_noun open|arrange !warranty",
        "cancel_order": "cancel",
        "reship_order": "reship ; send again",
        "exchange_item": "exchange ; swap !payment !address ; change item deliver_context color",
        "replace_item": "replace ; send new_one ; arrange new_one item ; new_one okay|consent ; new_one like item !color|email|address",
        "return_item": "return ; take back_word !refund",
        "adjust_price": "refund|credit|credit_verb|credit_verb_money ^become_cheaper ; price_match refund|adjust|credit|credit_verb|arrange|charge|credit_verb_money ; adjust price",
        "issue_credit": "credit arrange|open|send|charge|verb|past|credit_verb|refund ; credit_verb !refund ; credit_verb_money ; credit consent|okay",
        "change_address": "change|store address !email ; send|delivered|arrive|charge|shipped|go_to full_address",
        "change_payment": "change payment|card !refund !full_address !email ; charge|store payment !refund !duplicate !difference !costs_more",
        "modify_item": "change color|item !email !refund !address ; change order ^option_value|color !email !refund !address|payment",
        "refund_item": "refund",
    },
    minor={
        "refund_item": _TOOLS - {"refund_item"},
        "modify_item": frozenset({"exchange_item", "change_address", "change_payment"}),
        "issue_credit": frozenset({"adjust_price"}),
    },
    main_verbs="cancel|refund|return|exchange|swap|replace|change|reship|claim_noun|credit",
    alternative="preference",
    passive_verbs="cancel|return",
    done_needs={"refund_item": "item|damaged|it"},
    predicates=("shipped", "delivered", "pending", "in_stock", "no_stock", "available"),
    bare="be|thing|have",
    aside="customer_past",
    settled="status",
    details={
        "order": "order_id",
        "item": "item",
        "option": "option",
        "reason": "reason",
        "address": "address",
        "payment": "payment_method",
        "card": "payment_method",
        "money": "amount",
        "email": "new_email",
    },
    own_details={
        "option": frozenset({"exchange_item", "modify_item"}),
        "email": frozenset({"update_email"}),
        "address": frozenset({"change_address", "reship_order", "replace_item"}),
        "reason": frozenset({"cancel_order", "return_item"}),
    },
    clauses={
        "final_sale": "final_sale",
        "warranty_expired": "warranty_over ; warranty neg !expired|passed|claim_noun|open|quantity_value ; warranty expired ; warranty cant ^expired|too_long",
        "no_duplicate": "charged_once ; neg|cant|only duplicate|single_charge ; single_charge only",
        "low_balance": "insufficient balance|gift_card|payment ; insufficient ^balance|gift_card|card ; covers cant|neg ^balance|gift_card|card",
        "no_price_drop": "price neg change ; drop_word neg price_now ; drop_word neg ^price ; no_drop ; no_drop_weak ^price|same_price",
        "own_account": "foreign ; other_account ^cant|neg ; other_account other be ; other_account cant|neg|discuss|only ; belongs cant|only discuss|order|card|cant ; belongs ^cant",
        "not_verified": "verify_fail ; verify_you|identity cant !without ; identity neg past",
        "no_discounts": "discount cant|neg ; cheaper_word cant !refund ; fixed_price",
        "too_early": "too_early !warranty ; only claimish wait_more ; wait_word ^claim_noun|wait_more|late ; wait_more cant ; cant claimish ^wait_more|too_early",
        "out_of_stock": "no_stock cant ; cant ^no_stock|is_out ; cant change|exchange|swap|replace|send|past ^in_stock|remains ^neg ; supply cant ; no_stock ^cant ^exchange|change|replace|swap|send",
        "not_pending": "too_late cancel|change ; no_more cancel|change|swap ; cant cancel|change|swap ^shipped|delivered|too_late|only_pending|attend ; too_late cant !return|exchange|refund ; neg change_past|cancel_past future ^shipped ; only cancel|change ^shipped|delivered|too_late",
        "window_passed": "quantity_value passed !warranty ; window passed !warranty ; too_long cant|passed ; cant return|exchange|refund|replace|adjust|price_match ^too_long|window ^!final_sale ; passed !warranty ^window|too_long",
        "out_of_scope": "scope ; scope_help cant",
    },
    swallows={
        "window_passed": frozenset({"answer"}),
        "too_early": frozenset({"answer"}),
        "warranty_expired": frozenset({"answer"}),
        "final_sale": frozenset({"answer"}),
        "no_price_drop": frozenset({"price_difference"}),
    },
)

_OF_ORDER = "[order_id? of order {}]"
_FROM_ORDER = "[order_id? from order {}]"
_BACK = "[amount?, with {} back][payment_method? to {}]"

PHRASES = Phrases(
    plain={
        "greet": "Hello, and thank you for contacting us.",
        "apologise": "I am sorry for the trouble.",
        "hold": "One moment please, I am looking into it.",
        "offer_more": "Is there anything else I can do for you?",
        "clarify": "I did not quite understand that. Could you please rephrase it?",
        "dismiss": "That is not my problem.",
        "close": "Goodbye, and have a nice day.",
        "unclear": "I see.",
        "silence": "",
    },
    ask={
        "identity": "Could you please give me your email address, or your full name and postcode?",
        "order_id": "Could you please tell me your order number?",
        "item": "Which item is it about?",
        "option": "Which colour or size would you like instead?",
        "reason": "May I ask for the reason?",
        "address": "What is the new delivery address?",
        "payment_method": "Which payment method would you like to use?",
        "preference": "Would you prefer a refund or a replacement?",
        "new_email": "What is the new email address?",
        "card_number": "What is the number of the gift card?",
        "matter": "How can I help you?",
        "question": "What would you like to know?",
    },
    tell={
        "status": {
            "pending": "Your order is still pending.",
            "shipped": "Your order has been shipped.",
            "delivered": "Your order has been delivered.",
            "cancelled": "Your order is cancelled.",
            "returned": "Your order is marked as returned.",
        },
        "delivery_date": "The delivery date is {}.",
        "refund_amount": "The refund amount is {}.",
        "refund_date": "The refund will reach your account on {}.",
        "price_difference": {
            "more": "The price difference is {} to pay.",
            "less": "The price difference is {} in your favour.",
            "same": "There is no price difference.",
        },
        "balance": "The balance of the gift card is {}.",
        "price": "The price is {}.",
        "stock": {"true": "It is in stock.", "false": "It is out of stock."},
        "claim_number": "The claim number is {}.",
        "credit_amount": "The credit is {}.",
        "answer": "The answer is {}.",
        "done": {
            "cancel_order": "I have cancelled the order.",
            "change_address": "I have changed the delivery address.",
            "change_payment": "I have changed the payment method.",
            "modify_item": "I have changed the item in your order.",
            "return_item": "I have set up the return.",
            "exchange_item": "I have set up the exchange.",
            "replace_item": "I have arranged a replacement.",
            "refund_item": "I have refunded the item.",
            "open_claim": "I have opened a claim with the carrier.",
            "reship_order": "I have sent the order again.",
            "refund_payment": "I have refunded the duplicate charge.",
            "adjust_price": "I have adjusted the price.",
            "issue_credit": "I have issued the credit.",
            "open_warranty_claim": "I have opened a warranty claim.",
            "update_email": "I have updated your email address.",
        },
        "money": "It is {}.",
        "date": "It is {}.",
    },
    refuse={
        "not_pending": "I am afraid this order can no longer be changed or cancelled.",
        "window_passed": "I am afraid the time limit for this has passed.",
        "final_sale": "I am afraid this item is final sale and excluded from returns.",
        "out_of_stock": "I am afraid we cannot supply that one at the moment.",
        "too_early": "I am afraid it is too early for this, because the parcel is not late enough yet.",
        "no_duplicate": "I am afraid I cannot find a second charge for this order.",
        "no_price_drop": "I am afraid the price of this item has not dropped.",
        "low_balance": "I am afraid the balance of the gift card is not enough for this order.",
        "warranty_expired": "I am afraid the warranty has expired.",
        "no_discounts": "I am afraid we do not give discounts.",
        "own_account": "I am afraid I cannot discuss another person's account.",
        "not_verified": "I am afraid I could not verify your identity.",
        "out_of_scope": "I am afraid this is not something that our desk can help with.",
    },
    propose={
        "cancel_order": "I can cancel [order_id?order {}:the order][reason? ({})]" + _BACK + ". Shall I go ahead?",
        "change_address": f"I can change the delivery address{_OF_ORDER}[address? to {{}}]. Shall I go ahead?",
        "change_payment": f"I can change the payment{_OF_ORDER}[payment_method? to {{}}][amount?, which is {{}}]. Shall I go ahead?",
        "modify_item": f"I can change the [item?{{}}:item]{_FROM_ORDER}[option? to {{}}][amount?, at a difference of {{}}]. Shall I go ahead?",
        "return_item": f"I can return the [item?{{}}:item]{_FROM_ORDER}[reason? ({{}})]"
        + _BACK
        + ". Shall I go ahead?",
        "exchange_item": f"I can exchange the [item?{{}}:item]{_FROM_ORDER}[option? for {{}}][amount?, at a difference of {{}}]. Shall I go ahead?",
        "replace_item": f"I can send a replacement for the [item?{{}}:item]{_FROM_ORDER}[address? to {{}}]. Shall I go ahead?",
        "refund_item": f"I can refund the [item?{{}}:item]{_FROM_ORDER}" + _BACK + ". Shall I go ahead?",
        "open_claim": "I can open a claim with the carrier[order_id? for order {}]. Shall I go ahead?",
        "reship_order": "I can send [order_id?order {}:the order] again[address? to {}]. Shall I go ahead?",
        "refund_payment": "I can refund the duplicate charge[amount? of {}][order_id? for order {}][payment_method? to {}]. Shall I go ahead?",
        "adjust_price": f"I can adjust the price of the [item?{{}}:item]{_FROM_ORDER}[amount? and credit {{}}]. Shall I go ahead?",
        "issue_credit": "I can issue a credit[amount? of {}][order_id? for order {}]. Shall I go ahead?",
        "open_warranty_claim": f"I can open a warranty claim[item? for the {{}}]{_FROM_ORDER}. Shall I go ahead?",
        "update_email": "I can update your email address[new_email? to {}]. Shall I go ahead?",
    },
)
