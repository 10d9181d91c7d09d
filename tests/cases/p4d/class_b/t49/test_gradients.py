"""run:  pytest -q test_gradients.py   (or python test_gradients.py)

Discussion: 36 + 4 tests pass.  The analytical gradients are equal to autograd for all tested
widths and seeds to float32 tolerance, for positive and negative x.
"""
import sys

import pytest
import torch

from network import backward, forward, loss, make_params

NAMES = ["b2", "W2", "W1", "b1", "x"]


@pytest.fixture(params=[-1.3, 0.4, 2.0], ids="x={}".format)
def x(request):
    return torch.tensor([[request.param]])


@pytest.fixture
def y():
    return torch.tensor([[0.75]])


def autograd(p, x, y):
    p = {k: v.clone().requires_grad_() for k, v in p.items()}
    x = x.clone().requires_grad_()
    loss(forward(p, x)[0], y).backward()
    return {**{k: v.grad for k, v in p.items()}, "x": x.grad}


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("h", [1, 2, 5, 64])
def test_formulas_equal_autograd(h, seed, x, y):
    p = make_params(h, seed)
    mine = backward(p, x, y)
    theirs = autograd(p, x, y)
    for n in NAMES:
        torch.testing.assert_close(mine[n], theirs[n], rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("h", [1, 2, 5, 64])
def test_shapes(h):
    p = make_params(h, 0)
    g = backward(p, torch.tensor([[1.0]]), torch.tensor([[0.0]]))
    for n in p:
        assert g[n].shape == p[n].shape


if __name__ == "__main__":
    sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", __file__]))
