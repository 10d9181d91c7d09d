"""pytest p4d.py"""
import pytest
import torch


@pytest.fixture
def net():
    torch.manual_seed(5)
    shapes = {"W1": (7,), "b1": (7,), "W2": (7,), "b2": (), "x": ()}
    return {k: torch.randn(s, dtype=torch.float64, requires_grad=True) for k, s in shapes.items()}


def forward(p):
    z = p["W1"] * p["x"] + p["b1"]
    return z, torch.dot(p["W2"], torch.relu(z)) + p["b2"] + p["x"]


def manual(p, y):
    with torch.no_grad():
        z, yhat = forward(p)
        e = yhat - y
        d = e * p["W2"] * (z > 0)
        return {"W1": d * p["x"], "b1": d, "W2": e * torch.relu(z), "b2": e, "x": e + d @ p["W1"]}


def test_gradients(net):
    y = 0.25
    loss = (forward(net)[1] - y) ** 2 / 2
    loss.backward()
    got = {k: v.tolist() for k, v in manual(net, y).items()}
    want = {k: v.grad.tolist() for k, v in net.items()}
    flat = lambda d: {f"{k}{i}": v for k in d for i, v in enumerate(d[k] if isinstance(d[k], list) else [d[k]])}
    assert flat(got) == pytest.approx(flat(want))
