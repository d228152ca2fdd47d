"""Solutions to the exercises of lesson 04, generating text, in TensorFlow."""

your_perplexity = 6.0  # the mean surprise is (ln 2 + ln 3 + ln 36) / 3 = ln 6

deeds = {"borrowed", "bought", "broke", "found", "hid", "painted", "stole", "won"}


def deed_returns(tokens):
    """Tell whether one deed is named, and returns."""
    named = [token for token in tokens if token in deeds]
    return len(set(named)) == 1 and len(named) > 1


# The name is all but certain, so another one costs much.
guess = 8


def replace_last(tokens, old, new):
    """The tokens with the last `old` among them replaced by `new`."""
    place = max(i for i, token in enumerate(tokens) if token == old)
    return [*tokens[:place], new, *tokens[place + 1 :]]
