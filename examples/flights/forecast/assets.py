"""From cleaned flights to a model, its predictions and its scores.

`delays/clean` was written by Polars on another Python; here it arrives as a pandas frame. The
model itself is a pickle: it never leaves this island, so nobody else has to be able to read it.
"""

import pandas as pd
import sklearn
from sklearn.calibration import calibration_curve
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import brier_score_loss, roc_auc_score
from threadpoolctl import threadpool_limits

from atoll import AssetExecutionContext, AssetIn, AssetKey, MetadataValue, asset
from forecast.chart import as_markdown, calibration_svg

HELD_OUT_MONTH = 12
COLUMNS = ["month", "weekday", "hour", "carrier", "origin", "dest", "distance"]
WEATHER = ["temp", "humid", "wind_speed", "precip", "visib"]
CATEGORIES = ["carrier", "origin", "dest"]


def key(name: str) -> AssetKey:
    """The key of an asset of this island."""
    return AssetKey(["forecast", name])


def inputs(table: pd.DataFrame) -> pd.DataFrame:
    """The columns that the model sees."""
    return table[COLUMNS + WEATHER + ["plane_age"]].astype(dict.fromkeys(CATEGORIES, "category"))


@asset(key=key("features"), ins={"clean": AssetIn(key=AssetKey(["delays", "clean"]))})
def features(
    context: AssetExecutionContext, clean: pd.DataFrame, weather: pd.DataFrame, planes: pd.DataFrame
) -> pd.DataFrame:
    """The flights that arrived, with what was known before they left."""
    arrived = clean[clean["arr_delay"].notna()]
    hours = weather.drop_duplicates(["origin", "time_hour"])[["origin", "time_hour", *WEATHER]]
    built = planes[["tailnum", "year"]].rename(columns={"year": "built"})
    table = arrived.merge(hours, on=["origin", "time_hour"], how="left")
    table = table.merge(built, on="tailnum", how="left")
    table["weekday"] = table["scheduled"].dt.dayofweek
    table["plane_age"] = 2013 - table["built"]
    if len(table) != len(arrived):
        raise ValueError(f"the joins made {len(table)} flights of {len(arrived)}")
    context.add_output_metadata(
        {
            "flights_in": len(clean),
            "never_arrived": len(clean) - len(arrived),
            "pandas": pd.__version__,
        }
    )
    return table[["scheduled", "flight", "late", *COLUMNS, *WEATHER, "plane_age"]]


@asset(key=key("model"), ins={"features": AssetIn(key=key("features"))})
def model(context: AssetExecutionContext, features: pd.DataFrame) -> HistGradientBoostingClassifier:
    """The chance that a flight is late, learnt from January to November."""
    past = features[features["month"] != HELD_OUT_MONTH]
    classifier = HistGradientBoostingClassifier(
        categorical_features="from_dtype", max_iter=40, learning_rate=0.15, random_state=0
    )
    # One thread a step: OpenMP's threads wait by spinning, which is slow where steps share cores.
    with threadpool_limits(1, user_api="openmp"):
        classifier.fit(inputs(past).drop(columns="month"), past["late"].astype(int))
    context.add_output_metadata(
        {
            "training_rows": len(past),
            "trees": int(classifier.n_iter_),
            "scikit_learn": sklearn.__version__,
        }
    )
    return classifier


@asset(
    key=key("predictions"),
    ins={"features": AssetIn(key=key("features")), "model": AssetIn(key=key("model"))},
)
def predictions(features: pd.DataFrame, model: HistGradientBoostingClassifier) -> pd.DataFrame:
    """December, which the model has not seen: what it promises, beside what came."""
    table = features[features["month"] == HELD_OUT_MONTH].copy()
    table["p_late"] = model.predict_proba(inputs(table).drop(columns="month"))[:, 1]
    return table[["scheduled", "flight", "carrier", "origin", "dest", "late", "p_late"]]


@asset(key=key("scores"), ins={"predictions": AssetIn(key=key("predictions"))})
def scores(context: AssetExecutionContext, predictions: pd.DataFrame) -> dict:
    """How good the model is, in numbers and as a picture."""
    late, chance = predictions["late"].astype(int), predictions["p_late"]
    happened, promised = calibration_curve(late, chance, n_bins=10, strategy="quantile")
    result = {
        "rows": len(predictions),
        "auc": round(float(roc_auc_score(late, chance)), 4),
        "brier": round(float(brier_score_loss(late, chance)), 4),
        "late_share": round(float(late.mean()), 4),
    }
    picture = as_markdown(calibration_svg(promised, happened), "Calibration in December")
    context.add_output_metadata(
        {
            "scores": MetadataValue.json(result),
            "calibration": MetadataValue.md(picture),
            "auc": result["auc"],
        }
    )
    return result
