"""The main job, from an agency's event to a mailed license, told as a timeline. See `ops/demo/run.py`."""
