"""Columns of MLflow's table: few, and the rest in files. In: all that a run says. Out: what stands at the top of it."""

from stance.tracking.columns._files import METRICS_FILE, PARAMS_FILE, metrics_json, params_json
from stance.tracking.columns._top import MORE, said_params, top_metrics, top_params

__all__ = [
    "METRICS_FILE",
    "MORE",
    "PARAMS_FILE",
    "metrics_json",
    "params_json",
    "said_params",
    "top_metrics",
    "top_params",
]
