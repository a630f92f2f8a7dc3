"""The selection grammar: which assets a run, a job or a filter is about.

    sales/orders   "any text"   key:"raw*"   *          keys; behind `key:`, `*` is any text
    +x   x+   2+x   x+2   +x+                           with upstream, downstream, or so many layers
    group: tag: kind: owner: code_location:             by attribute; `tag:name=value`, `<null>`
    not x   x and y   x or y   (x)   roots(x)  sinks(x) combined; `,` means `or`

`parse` gives a syntax tree, whose `str` is the text again; `resolve` finds what it selects, in
time linear in the assets. Both sides of the protocol use it: it knows neither of them.
"""

from atoll_wire.selection.parser import ATTRIBUTES as ATTRIBUTES
from atoll_wire.selection.parser import MAX_DEPTH as MAX_DEPTH
from atoll_wire.selection.parser import parse as parse
from atoll_wire.selection.resolver import resolve as resolve
from atoll_wire.selection.tree import NULL as NULL
from atoll_wire.selection.tree import All as All
from atoll_wire.selection.tree import And as And
from atoll_wire.selection.tree import Attribute as Attribute
from atoll_wire.selection.tree import Function as Function
from atoll_wire.selection.tree import Key as Key
from atoll_wire.selection.tree import Made as Made
from atoll_wire.selection.tree import Not as Not
from atoll_wire.selection.tree import Or as Or
from atoll_wire.selection.tree import Selection as Selection
from atoll_wire.selection.tree import Traverse as Traverse
from atoll_wire.selection.tree import quoted as quoted
from atoll_wire.selection_error import SelectionError as SelectionError
