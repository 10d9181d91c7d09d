import itertools

import torch
from torch.testing import assert_close


def make(h, seed):
    torch.manual_seed(seed)
    W1 = torch.randn(h, 1, requires_grad=True)
    b1 = torch.randn(h, requires_grad=True)
    W2 = torch.randn(1, h, requires_grad=True)
    b2 = torch.randn((), requires_grad=True)
    x = torch.randn((), requires_grad=True)
    y = torch.randn(())
    return W1, b1, W2, b2, x, y


def forward(W1, b1, W2, b2, x):
    z = W1.flatten() * x + b1
    return z, torch.relu(z), torch.relu(z) @ W2.flatten() + b2 + x


def manual(W1, b1, W2, b2, x, y):
    z, a, yhat = forward(W1, b1, W2, b2, x)
    g = 2 * (yhat - y)                       # loss is (yhat - y)^2
    gz = g * W2.flatten() * (z > 0)
    return (gz * x).reshape(W1.shape), gz, (g * a).reshape(W2.shape), g, g + gz.dot(W1.flatten())


def check(h, seed):
    W1, b1, W2, b2, x, y = make(h, seed)
    *_, yhat = forward(W1, b1, W2, b2, x)
    ((yhat - y) ** 2).backward()
    with torch.no_grad():
        hand = manual(W1, b1, W2, b2, x, y)
    for t, g in zip((W1, b1, W2, b2, x), hand):
        assert_close(g, t.grad, rtol=1e-4, atol=1e-4)


def test_all():
    for h, seed in itertools.product([4, 10, 50], range(5)):
        check(h, seed)


if __name__ == "__main__":
    test_all()
    print("All gradient checks passed :)")
