import itertools
import torch

# theta[("W",1)], theta[("b",1)], theta[("W",2)], theta[("b",2)], and the input is ("x",0)
LAYERS = {1: lambda h: (h, 1), 2: lambda h: (1, h)}


def init(h):
    theta = {}
    for l, shape in LAYERS.items():
        theta[("W", l)] = torch.randn(*shape(h)) / 2
        theta[("b", l)] = torch.randn(shape(h)[0]) / 2
    theta[("x", 0)] = torch.randn(1)
    return theta


def forward(theta):
    cache = {("a", 0): theta[("x", 0)]}
    for l in LAYERS:
        cache[("z", l)] = theta[("W", l)].matmul(cache[("a", l - 1)]) + theta[("b", l)]
        cache[("a", l)] = torch.relu(cache[("z", l)]) if l == 1 else cache[("z", l)] + cache[("a", 0)]
    return cache


def hand(theta, y):
    c = forward(theta)
    grad = {}
    delta = c[("a", 2)] - y
    skip = delta
    for l in (2, 1):
        grad[("b", l)] = delta
        grad[("W", l)] = torch.ger(delta, c[("a", l - 1)])
        delta = theta[("W", l)].t().matmul(delta)
        if l == 2:
            delta = delta * torch.where(c[("z", 1)] > 0, 1.0, 0.0)
    grad[("x", 0)] = delta + skip
    return grad


def machine(theta, y):
    th = {k: v.clone().requires_grad_() for k, v in theta.items()}
    loss = 0.5 * ((forward(th)[("a", 2)] - y) ** 2).sum()
    return dict(zip(th, torch.autograd.grad(loss, list(th.values()))))


torch.manual_seed(64)
log = {}
for h, y in itertools.product([2, 3, 8], [-1.0, 2.5]):
    theta = init(h)
    g_hand, g_mach = hand(theta, y), machine(theta, y)
    for key in theta:
        log[(h, y, *key)] = torch.dist(g_hand[key], g_mach[key]).item()

for (h, y, kind, layer), d in log.items():
    print(f"h={h} y={y:+.1f} {kind}{layer or ''}: {d:.2e}")
print("largest:", max(log.items(), key=lambda kv: kv[1]))
