"""With KEYS=own, MiniStack knows one key of the account, with a secret, and checks its signatures.

By itself MiniStack takes `test`, the key that it was started with and any twelve digits for the account's,
and looks at no signature of these. Standard library only, as it runs in MiniStack's environment.
"""

from __future__ import annotations

import os

from ministack.core import iam_evaluator
from ministack.services import sts


def use_own_keys() -> None:
    """From now on, only AWS_ACCESS_KEY_ID is the account's, and its signatures are checked, too."""
    own = os.environ["AWS_ACCESS_KEY_ID"]

    def is_the_accounts(access_key_id: str) -> bool:
        return access_key_id == own

    iam_evaluator.is_root_access_key = is_the_accounts
    sts.is_root_access_key = is_the_accounts
    # Asked only where a signature would not be looked at.
    iam_evaluator._is_root_key = lambda _access_key_id: False
