from .layers import Affine, HalfSquaredError, ReLU, Residual, Sequential

__all__ = ["Affine", "HalfSquaredError", "ReLU", "Residual", "Sequential"]
