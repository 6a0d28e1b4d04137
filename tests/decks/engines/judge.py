"""Run by an older engine in an environment of its own: imports two releases as a learner would, and says what it saw.

    python judge.py FIRST.apkg SECOND.apkg

Prints JSON: notes and cards after each import, faults of notes, empty cards, template errors, missing media, and the
schedule that a learner had before the second import and after it.
"""

import json
import sys
import tempfile
from pathlib import Path

from anki import collection as module
from anki.collection import Collection


def import_package(collection, path):
    """Import with the options that the dialog has by default; the oldest engines have none."""
    if hasattr(module, "ImportAnkiPackageRequest"):
        options = module.ImportAnkiPackageOptions(merge_notetypes=False, with_scheduling=False, with_deck_configs=False)
        collection.import_anki_package(module.ImportAnkiPackageRequest(package_path=path, options=options))
    else:
        collection.import_anki_package(path)


def schedule(collection):
    """Return the state of every card by its note's GUID and its number."""
    cards = [collection.get_card(number) for number in collection.find_cards("")]
    return {f"{card.note().guid} {card.ord}": [card.type, card.queue, card.due, card.ivl, card.reps] for card in cards}


def study(collection):
    """Answer the first five cards, suspend one and flag another."""
    numbers = list(collection.find_cards("", order="c.due asc, c.id asc"))
    for number in numbers[:5]:
        card = collection.get_card(number)
        card.start_timer()
        collection.sched.answerCard(card, 3)
    collection.sched.suspend_cards(numbers[5:6])
    collection.set_user_flag_for_cards(2, numbers[6:7])


def faults(collection):
    """Return what the engine itself holds to be wrong."""
    notes = [collection.get_note(number) for number in collection.find_notes("")]
    shown = [collection.get_card(number).render_output(reload=True) for number in collection.find_cards("")]
    return {
        "fields": sum(note.fields_check() != 0 for note in notes),
        "empty": len(collection.get_empty_cards().notes),
        "templates": sum("{{" in output.question_text + output.answer_text for output in shown),
        "blank": sum(len(output.answer_text) <= len(output.question_text) for output in shown),
        "media": len(collection.media.check().missing),
        "twins": len(notes) - len({note.guid for note in notes}),
    }


def main(first, second):
    """Import, study, import again."""
    with tempfile.TemporaryDirectory() as folder:
        collection = Collection(str(Path(folder) / "learner.anki2"))
        import_package(collection, first)
        seen = {"notes": [collection.note_count()], "cards": [collection.card_count()], "faults": [faults(collection)]}
        study(collection)
        before = schedule(collection)
        import_package(collection, second)
        seen["notes"].append(collection.note_count())
        seen["cards"].append(collection.card_count())
        seen["faults"].append(faults(collection))
        after = schedule(collection)
        seen["lost"] = [card for card in before if after.get(card) != before[card]]
        seen["fronts"] = [collection.get_note(number).fields[0] for number in collection.find_notes("")]
        collection.close()
    print(json.dumps(seen))


main(*sys.argv[1:])
