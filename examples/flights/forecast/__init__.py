"""Island *forecast*: will a flight be late? A model by scikit-learn, its scores and a picture."""

from atoll import Definitions, load_assets_from_modules
from forecast import assets

defs = Definitions(assets=load_assets_from_modules([assets], group_name="forecast"))
