"""Predict: published configurations in, speeds with their bands out; answers are never read."""
