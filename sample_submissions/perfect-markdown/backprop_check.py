import torch

# Network of problem 4, everything kept as column vectors, one training example.

def init(h, gen):
    shapes = dict(W1=(h, 1), b1=(h, 1), W2=(1, h), b2=(1, 1))
    return {k: torch.randn(*s, generator=gen, dtype=torch.double).requires_grad_() for k, s in shapes.items()}

def forward(p, x):
    cache = {}
    cache["z"] = p["W1"] @ x + p["b1"]
    cache["a"] = torch.maximum(cache["z"], torch.zeros_like(cache["z"]))
    cache["yhat"] = p["W2"] @ cache["a"] + p["b2"] + x
    return cache

def backward(p, x, y, cache):
    """the formulas from my writeup, one line each"""
    r = cache["yhat"] - y
    gate = torch.where(cache["z"] > 0, 1.0, 0.0).double()
    dz = gate * (p["W2"].T @ r)
    grads = {}
    grads["b2"] = r
    grads["W2"] = r @ cache["a"].T
    grads["W1"] = dz @ x.T
    grads["b1"] = dz
    grads["x"] = r + p["W1"].T @ dz
    return grads

gen = torch.Generator().manual_seed(11)
worst = 0.0
for h in (3, 8, 20):
    p = init(h, gen)
    x = torch.randn(1, 1, generator=gen, dtype=torch.double).requires_grad_()
    y = torch.randn(1, 1, generator=gen, dtype=torch.double)

    cache = forward(p, x)
    loss = ((cache["yhat"] - y) ** 2 / 2).sum()
    loss.backward()

    with torch.no_grad():
        mine = backward(p, x, y, cache)

    theirs = {k: v.grad for k, v in p.items()}
    theirs["x"] = x.grad
    print("hidden units:", h)
    for k in theirs:
        diff = (mine[k] - theirs[k]).norm() / theirs[k].norm().clamp(min=1e-30)
        worst = max(worst, diff.item())
        print("   relative difference for", k.ljust(2), "=", format(diff.item(), ".2e"))

print("worst over all networks:", worst)
