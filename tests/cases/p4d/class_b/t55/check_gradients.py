import torch
from torch import nn

torch.manual_seed(0)

h = 128
body = nn.Sequential(nn.Linear(1, h), nn.ReLU(), nn.Linear(h, 1))
nn.init.normal_(body[0].bias)
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)

out = body(x) + x           # skip
loss = nn.MSELoss()(out, y)
loss.backward()

with torch.no_grad():
    z = body[0](x)
    a = body[1](z)
    g = 2 * (out - y)                        # MSELoss of one number has no 1/2
    gz = g * body[2].weight
    gz.masked_fill_(z <= 0, 0.)
    checks = [
        ("layer2.bias  ", g[0], body[2].bias.grad),
        ("layer2.weight", g * a, body[2].weight.grad),
        ("layer1.bias  ", gz[0], body[0].bias.grad),
        ("layer1.weight", gz.T * x, body[0].weight.grad),
        ("input        ", g + gz @ body[0].weight, x.grad),
    ]
    for name, ours, autograd in checks:
        assert ours.shape == autograd.shape
        print(name, "allclose:", torch.allclose(ours, autograd, rtol=1e-4, atol=1e-6),
              " max abs diff: %.2g" % (ours - autograd).abs().max(), " (max grad %.3g)" % autograd.abs().max())

# dx is a sum over 128 units, there float32 rounding can show up; the others are bit-identical.
