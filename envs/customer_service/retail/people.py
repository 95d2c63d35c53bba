"""Fictional customers and places, apart by split."""

from typing import NamedTuple


class Pool(NamedTuple):
    """Parts that names and addresses of a split are made of."""

    first: tuple[str, ...]
    last: tuple[str, ...]
    streets: tuple[str, ...]
    towns: tuple[str, ...]


POOLS = {
    "train": Pool(
        tuple(
            "Mira Jonas Leila Tomas Anika Peter Yara Samuel Noor Felix Greta Hassan Ines Karl Lucia Mateo Nadia Oscar "
            "Priya Quentin Rosa Stefan Talia Umar Vera Walter Xenia Yusuf Zoe Arlo Bianca Cedric Dalia Emil Farah "
            "Gustav Hanna Igor Jana Kofi".split()
        ),
        tuple(
            "Holt Petersen Marsh Okafor Lindgren Novak Castell Brandt Iyer Moreau Takeda Falk Oduya Renner Silva "
            "Thorne Ueda Vance Wexler Yilmaz Zimmer Abbott Bergman Corliss Duarte Ekholm Fontaine Grau Hollis "
            "Ingram Jansen Keller Lowry Mercer Nyland Ortiz".split()
        ),
        (
            "Mill Lane",
            "Harbour Street",
            "Cedar Road",
            "Station Avenue",
            "Orchard Way",
            "Bridge Street",
            "Linden Road",
            "Chapel Lane",
            "Quarry Drive",
            "Meadow Court",
        ),
        ("Easton", "Brackley", "Northam", "Silverdale", "Marlow", "Port Ellis", "Greenford", "Hartwick"),
    ),
    "val": Pool(
        tuple("Adele Bruno Carmen Dario Elif Frida Goran Helga Ivo Judit Kenji Lena Milo Nora Otto Paula".split()),
        tuple("Almond Birch Cole Dvorak Engel Fisk Garnet Hale Ivers Jolley Kraus Lund Moss North Orr Pike".split()),
        ("Willow Street", "Castle Road", "Garden Lane", "Summit Avenue", "River Drive"),
        ("Ashby", "Colwick", "Dunmere", "Eldon"),
    ),
    "test": Pool(
        tuple(
            "Amara Boris Celine Dmitri Esther Fabian Gemma Hugo Irina Jasper Kamila Lorenz Maeve Nils Odette Pascal "
            "Rhea Soren Tilda Viktor".split()
        ),
        tuple(
            "Aldous Brook Crane Delgado Eames Farrow Gallo Hendry Iwata Joyce Kerr Lantz Maddox Noble Osborne Prater "
            "Quill Rusk Stroud Tamm".split()
        ),
        ("Poplar Street", "Abbey Road", "Windmill Lane", "Crescent Avenue", "Foundry Way", "Vineyard Drive"),
        ("Thornbury", "Wexcombe", "Lakeside", "Oldbridge", "Fairhaven"),
    ),
}
"""The pool of each split."""
