"""Words that mean the same, so that a sentence in new words is still understood.

A concept is a line of words and phrases: `refund* money_back` holds every word that begins with "refund" and the phrase
"money back". `DIALOGUE` has what people say in any conversation; a domain adds the words of its trade.
"""

from collections.abc import Mapping, Sequence

_LONGEST = 3
"""Words of a phrase."""

DIALOGUE = {
    "mine": "what_i_asked what_i_said what_i_came i_asked i_had_asked my_question my_request my_matter my_problem "
    "my_issue my_case my_concern",
    "beside": "to_do_with relat* relevan* concern* mix_me mixed_me another_customer someone_else somebody_else "
    "wrong_person beside off_topic nothing_to_do changing_the_subject",
    "rude": "rude* tone nasty unfriendly manner* polite* respect* insult* offen* uncalled how_dare talk_to speak_to "
    "spoken_to treat* excuse_me ouch wow",
    "leave": "i'm_off i'm_out i'm_leaving i'm_gone leaving closing hang_up hanging_up give_up had_enough enough "
    "never_again elsewhere hopeless useless unbelievable forget_it lost_a_customer ending",
    "yes": "yes yep yup yeah aye sure ok okay alright all_right certainly of_course absolutely exactly correct "
    "go_ahead proceed confirm* agree* fine sounds_good do_that do_it do_so please_do gladly definitely indeed pleasure "
    "happy_with go_on carry_on",
    "no": "no nope nah not don't wrong never isn't wasn't won't didn't doesn't",
    "thanks": "thank* cheers grateful appreciate* obliged bless gratitude helpful",
    "bye": "bye goodbye good_day good_evening good_night have_a take_care farewell see_you see_ya so_long regards "
    "wishes weekend ta_ta cheerio ciao best",
    "all_done": "that's_all that_is_all that's_everything that_was_everything nothing_else nothing_more "
    "nothing_further all_set all_done all_sorted all_settled all_good no_more no_further finished we're_done i'm_done "
    "i'm_good through sorted be_all that's_it close_this",
    "wait": "wait* hold_on hang_on take_your take_all no_hurry no_rush no_problem a_hurry i'm_here be_here be_right "
    "stay* patient patience your_time a_minute a_moment",
    "private": "private* privacy data personal details comfortable necessary share sharing rather_not why_do_you "
    "need_to_know give_out giving_out nosy security that_for want_that need_that",
    "again": "already again before twice second_time told_you said_before once_more repeat* how_often how_many_times "
    "as_i like_i i've_just i_gave you_asked you_have_asked still",
    "unclear": "understand understood follow_you don't_follow didn't_follow you_mean get_it sense confus* explain* "
    "simpler simply plain clearer pardon catch lost_me other_words the_wiser huh say_that come_again supposed",
    "there": "still_there anyone anybody hello hey knock are_you disconnected quiet forgotten forgot_about asleep "
    "see_my reading my_messages progress with_me your_end",
    "pity": "pity shame too_bad oh_well fair_enough accept* never_mind rules_are nothing_to_be worth_a_try as_it_is "
    "so_be live_with i_see but_okay get_it leave_it insist hoped honest",
    "rethink": "actually second_thought second_thoughts my_mind changed_my think_about thinking_about thinking_again "
    "think_of instead after_all reconsider* come_to_think rather reflection thought_it forget_what hmm could_we "
    "switch_to may_i_change",
    "fix": "wrong not_that not_the not_there i_meant i_mean i_said meant mean should_be it's_the instead_of mistake "
    "misunder* misheard misread mixed_up mix_up correct_that got_me the_right right_one you've_got you've_noted "
    "you've_picked no_i no_it's",
    "unknown": "don't_know don't_have don't_remember can't_find can't_remember can't_recall can't_tell can't_say "
    "can't_read couldn't_tell couldn't_say no_idea not_sure i_forget forgotten no_clue escape* slipped mislaid "
    "haven't_got haven't_kept didn't_keep unable wouldn't_know deleted",
    "next": "one_more one_other other_thing another_thing another_matter another_question another_point something_else "
    "something_more something_different something_further also by_the_way further besides next while_i while_you "
    "before_you_go nearly_forgot oh_and on_top second_question since_we're",
    "unhappy": "disappoint* annoy* unacceptable poor bad terrible awful* frustrat* unhappy not_happy tired ridiculous "
    "wast* worst hassle angry upset losing review hard harder complicated difficult slow expected_better circles "
    "regret unsatisf* trouble ages back_and_forth again_and_again",
    "please": "advance thanks_for thanks_in look_forward would_help great_help very_kind kindly beforehand ahead_of "
    "taking_care looking_into obliged your_trouble",
}
"""Concepts of conversation, by name."""


class Concepts:
    """Finds concepts in a text's words.

    Args:
        groups: Words and phrases by concept.
    """

    def __init__(self, groups: Mapping[str, str]) -> None:
        self._exact: dict[str, tuple[str, ...]] = {}
        self._stems: list[tuple[str, str]] = []
        self._known: dict[str, tuple[str, ...]] = {}
        for name, words in groups.items():
            for word in words.split():
                if word.endswith("*"):
                    self._stems.append((word[:-1], name))
                else:
                    phrase = word.replace("_", " ")
                    self._exact[phrase] = (*self._exact.get(phrase, ()), name)

    def of(self, words: Sequence[str]) -> list[str]:
        """Names of the concepts that occur."""
        found = [name for word in words for name in self._of_word(word)]
        for size in range(2, _LONGEST + 1):
            for i in range(len(words) - size + 1):
                found += self._exact.get(" ".join(words[i : i + size]), ())
        return list(dict.fromkeys(found))

    def _of_word(self, word: str) -> tuple[str, ...]:
        known = self._known.get(word)
        if known is None:
            stems = (name for stem, name in self._stems if word.startswith(stem))
            known = (*self._exact.get(word, ()), *stems)
            if len(self._known) < _MOST_KNOWN:
                self._known[word] = known
        return known


_MOST_KNOWN = 1 << 14
"""Words whose concepts are remembered."""
