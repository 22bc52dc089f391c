"""The style keeps a rule when our texts name every class of it, and drops it otherwise."""

import pytest

from services.portal.assets.pruning import prune

TEXTS = 'class="usa-button tablet:grid-col-6 margin-top-2"'


@pytest.mark.parametrize(
    ("style", "kept"),
    [
        (".usa-button{color:red}", ".usa-button{color:red}"),
        (".usa-card{color:red}", ""),
        (".usa-button.usa-card{color:red}", ""),
        (".usa-card,.usa-button{color:red}", ".usa-button{color:red}"),
        ("body{margin:0}", "body{margin:0}"),
        (".usa-button:not(.usa-card){color:red}", ".usa-button:not(.usa-card){color:red}"),
        ("@media print{.usa-card{a:b}.usa-button{c:d}}", "@media print{.usa-button{c:d}}"),
        ("@media print{.usa-card{a:b}}", ""),
        (r".tablet\:grid-col-6{width:50%}", r".tablet\:grid-col-6{width:50%}"),
        ("@font-face{font-family:Roboto Mono Web;src:x}", ""),
        ("@font-face{font-family:A;src:x}body{font-family:A}", "@font-face{font-family:A;src:x}body{font-family:A}"),
    ],
)
def test_rules_stay_when_all_their_classes_are_used(style: str, kept: str) -> None:
    assert prune(style, TEXTS) == kept
