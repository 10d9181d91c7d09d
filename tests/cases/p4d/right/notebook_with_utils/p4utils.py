import numpy as np
import torch


def draw(h, seed):
    """random parameters and one example, float64 numpy"""
    r = np.random.RandomState(seed)
    return dict(
        W1=r.randn(h, 1),
        b1=r.randn(h),
        W2=r.randn(1, h) / np.sqrt(h),
        b2=r.randn(1),
        x=r.randn(1, 1),
        y=r.randn(1, 1),
    )


def f32(a):
    return torch.from_numpy(np.asarray(a, dtype=np.float32))


def by_hand(p):
    """formulas of 4(b), row-vector convention"""
    z = p["x"] @ p["W1"].T + p["b1"]                        # (1,h)
    s = np.heaviside(z, 0)
    e = (s * z) @ p["W2"].T + p["b2"] + p["x"] - p["y"]     # (1,1)
    dz = e * p["W2"] * s
    return {
        "W1": dz.T @ p["x"],
        "b1": dz[0],
        "W2": e * s * z,
        "b2": e[0],
        "x": e + dz @ p["W1"],
    }
