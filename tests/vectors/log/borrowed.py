"""Numbers that are not ours: published examples and logs written by other programs."""

from __future__ import annotations

SIGNED_NOTE_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SIGNED_NOTE = """\
This is an example message.

— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=
"""  # noqa: E501  # a signature line is one line

GO_SKEY = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = """\
If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""  # noqa: E501  # a signature line is one line

SUM_VKEY = "sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8"
SUM_ORIGIN = "go.sum database tree"
SUM_CHECKPOINT = """\
go.sum database tree
35225469
vt5T6GaLCXvyHFl9VUvvItR43XZxfLgftEcTyO3eJCQ=

— sum.golang.org Az3grpukl5AXaVfYkLiDGORx/DN2nlcS5kZHR5uYOBV2KA2HgXpD+gu9HHONebHLAyaKbbTM75QTtPydhKCExixSfwQ=
"""  # noqa: E501  # a signature line is one line

SUNLIGHT_WITNESS = "witness.example.org+b8a2cf20+BFLN3yikSfFkVAJtrnh/CiY3Zozkoy7clp+P7XB28qUN"
SUNLIGHT_TIME = 1767139200
SUNLIGHT_ORIGIN_SHA256 = "000de184301123b9278c086a7d9f68c9577e83872224c197058fd90784ea9706"
SUNLIGHT_CHECKPOINT = """\
rome2026h1.example.org
300
lCkHUpkmVBEms2r2T1K6Og69+wUuuN3MIEW1/ezu2v0=

— rome2026h1.example.org kVB1JgAAAZtxtEwABAMARzBFAiEAi+mTa2xjL1IdWpH82OeciGsGvwRAP+f1WkfKaSZCfFECIHoNPZ/Q3y6UNzvKOO9cuLr6V16vPNfhwhle9f6r5H/Z
— witness.example.org uKLPIAAAAABpVGeAhm2bOvKc3LaB9PFN1ruG19Y5yqslmcAAbhftnn1Zznmo0LXFZq4LGvqKqLX8jWlwLKasxEGTLIqAVusneCBmBw==
"""  # noqa: E501  # a signature line is one line

TESSERA_ENTRIES = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eit",
    "nain",
    "ten",
    "ileven",
    "twelf",
    "threeten",
    "fourten",
    "fivten",
]
TESSERA_SKEY = (
    "PRIVATE+KEY+example.com/log/testdata+33d7b496+AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg"
)
TESSERA_VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"
TESSERA_ROOTS = {
    "1": "0Nc2CrefWKseHj/mStd+LqC8B+NrX0btIiPt2SmN+ek=",
    "2": "T1X2GdkhUjV3iyufF9b0kVsWFxIU0VI4EpNml2Teci4=",
    "3": "Wqx3HImawpLnS/Gv4ubjAvi1WIOy0b8Ze0amvqbavKk=",
    "7": "IrSXADBqJ7EQoUODSDKROySgNveeL6CFhik2w/+fS7U=",
    "8": "bC+VwvrJbalNVjfkdI8kUgs7mJoXrqiXCE7bgnD28pY=",
    "15": "rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=",
}
TESSERA_BUNDLE_OF_3 = "00036f6e65000374776f00057468726565"
TESSERA_CHECKPOINTS = (
    """\
example.com/log/testdata
0
47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

— example.com/log/testdata M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJoRNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc=
""",  # noqa: E501  # a signature line is one line
    """\
example.com/log/testdata
15
rKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=

— example.com/log/testdata M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=
""",  # noqa: E501  # a signature line is one line
)

REFERENCE_LEAVES = (
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
)
REFERENCE_ROOTS = {
    "1": "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "8": "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
}

LARGE_SIZE = 70_000
LARGE_LOG_VKEY = "actas.example/2024+3efd5448+AYqI4910CfGV/VLbLTy6XXLKZwm/HZQSG/N0iAG0D29c"
LARGE_WITNESS_VKEY = "party-a.example/w+db76f8d9+BIE5dw6ofRdfVqNUZsNMfszLjYqRtO43ol32D1uPybOU"
LARGE_TIME = 1_700_000_000
LARGE_CHECKPOINT = """\
actas.example/2024
70000
Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=

— actas.example/2024 Pv1USLw86mEPiQzb5eZTJxgi/mnjfQEv673NDJvzBB9DgDjIWWRuEBBR/eD7IyCFrlRZzcrNdT6tbU0o8alVYcJhJwU=
— party-a.example/w 23b42QAAAABlU/EA1uXpHPWZlzTZKOEDgoZbN2xM8OBrQjQ4oKwBoJTWsF+0nCwkWhQTyrtFs0LkevbSkRjt3tLrZvp4S5zF69zxAA==
"""  # noqa: E501  # a signature line is one line
LARGE_ROOTS = {
    "1": "2zQm6HgGjSjSabbIcXIyLOU3K2V1bQeJAB00g19gHAM=",
    "255": "Mvhbyqh9e80Fco8J6a66NQumovczgwCH8Fl2goSL5cs=",
    "256": "goUV0DPBnYyQHzfsy4rtkZZncDSG+NL/8c9wQDIcXbE=",
    "257": "HtoEmkNR2G92JSvX7At3Rq11t/oDFq1fVB29pFijEsQ=",
    "65536": "8CXQbtgEhZ/SdKG9rK3W5I6odjSqkeHtsgFD+UmM0Cs=",
    "70000": "Gkzfy2Y3SgwNy+9JrL1JdtE+6GT7PLJB/JQ8rQTwL34=",
}
LARGE_FILES = {
    "tile/0/000": "b9704a8bfbee2c61185ceb38904a49f3f703c81e194b5b2ccdc254c2bdaaa62b",
    "tile/0/273.p/112": "4d21244557c976993a9a89bf928a46b5a876585228df279878239fd84489e5a5",
    "tile/1/000": "ea7b038bc73489c89c31a27ac355aaca65a4ed73f0dd7484e68deb29d30f10a2",
    "tile/1/001.p/17": "adfaca2731630fe7944a4b98a0f98ef3e98685eafda09e6f81070218fb759ce4",
    "tile/2/000.p/1": "f0113c8bad855b49f9a5dd661d50012cd94f19aae87a45eb8334666835e3caea",
    "tile/entries/000": "94693d5c6d6a0355ec07bac8214516c1ce6a5100b0588f226fd95f26571157d7",
}
LARGE_INCLUSION_LENGTHS = {"12345": 17}
LARGE_CONSISTENCY_LENGTHS = {"257": 18, "256": 9, "69999": 10}
