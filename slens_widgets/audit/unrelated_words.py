"""Everyday English words that have nothing to do with each other: random texts for an open vocabulary."""

from __future__ import annotations

_WORDS = """
    abacus acorn adult album almond aluminium anchor antler apple apron arch armchair asphalt attic avenue
    backpack bakery ballet bamboo banjo barber barn basket bay beaver bee bell bench billboard biscuit
    blanket blossom boat bonfire boot bowl branch bread bride bright bronze brush buffalo bus butter
    button cabin cactus cake camel camp candle canyon caravan carnival carrot cathedral celery cement
    chair cheerful chef chess chocolate church circle clay cloak cloud coal cobweb coffee collar compass
    cookie coral corridor courtyard cradle crayon crocodile crown cucumber curtain cyclist dairy dawn
    denim desk diamond dirty donkey dragon dress duck dust earring eggshell elephant emerald engine
    escalator factory falcon feather fern festival fig fireplace flag flour foggy forest fossil fox
    freight frost fruit fur galaxy garden gate glacier glove gold gorilla grandmother grape gravel guitar
    hammer harbour harvest hawk heavy helicopter hen highway hockey honey horizon hospital hourglass ice
    island ivy jaguar jazz jellyfish juice kangaroo keyboard kite knight knot lake lantern laundry leather
    leopard lighthouse lily lipstick loaf locomotive lounge mango marble mask meadow melon microphone
    mirror monkey moss mountain muddy museum music necklace nest night notebook oak ocean office olive
    opera orchard ostrich owl paint pancake paper parade parrot pasta peach peanut pelican penguin piano
    pier pigeon pilot pipe pizza planet plough pocket pond porcelain potato pumpkin puppy puzzle quilt
    raccoon radio rain raspberry razor ribbon river robot roof rope rough runner saddle salad salt sandal
    saxophone school scooter sculpture seal sewing shark shell ship shirt shop shower silver skateboard
    ski sled slipper smoke snake soap sock soil soup spider sponge spring stable stage stamp statue steel
    storm straw street studio suburb sugar summer sunset swamp sweater swimmer table tall tango teacher
    telescope tennis terrace thread thunder tiger timber toast tomato torch towel toy traffic transparent
    treasure triangle trousers trumpet tunnel turtle umbrella valley vanilla velvet village violin vulture
    waiter walnut warehouse watch wave wedding wet wheat whistle wind wine wolf wool wrestler yard yoga
    zigzag
"""
UNRELATED_WORDS: tuple[str, ...] = tuple(_WORDS.split())
