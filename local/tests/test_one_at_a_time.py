"""Log groups removed while containers write: "dictionary changed size during iteration", once in a while."""

import sys
import threading
import time

from local_cloud import LOCAL

sys.path.insert(0, str(LOCAL))

from extension.one_at_a_time import together


def test_guarded_functions_do_not_overlap() -> None:
    alone = together(threading.RLock())
    seen: list[str] = []

    def slowly(what: str) -> None:
        seen.append(f"{what} begins")
        time.sleep(0.05)
        seen.append(f"{what} ends")

    threads = [threading.Thread(target=alone(slowly), args=(what,)) for what in ("put", "forget")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == ["put begins", "put ends", "forget begins", "forget ends"]


def test_a_guarded_function_may_call_another() -> None:
    alone = together(threading.RLock())
    inner = alone(lambda value: value + 1)
    assert alone(lambda value: inner(value))(1) == 2
