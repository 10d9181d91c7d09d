import torch


def forward(params, x):
    W1, b1, W2, b2 = params
    pre = W1 * x + b1
    act = pre.clamp(min=0)
    return (W2 * act).sum() + b2 + x, act


def analytic(params, x, y):
    W1, b1, W2, b2 = params
    with torch.no_grad():
        pred, act = forward(params, x)
        r = pred - y
        on = (act >= 0).float()
        gb2 = r
        gW2 = r * act
        gb1 = r * W2 * on
        gW1 = gb1 * x
        gx = r * (1 + (W2 * on * W1).sum())
    return gW1, gb1, gW2, gb2, gx


x = torch.tensor(2.0, requires_grad=True)
y = torch.tensor(1.0)
params = [torch.tensor([0.5, 1.0, 0.3], requires_grad=True),
          torch.tensor([0.1, 0.0, 0.4], requires_grad=True),
          torch.tensor([0.2, -0.5, 0.7], requires_grad=True),
          torch.tensor(0.1, requires_grad=True)]

pred, _ = forward(params, x)
loss = 0.5 * (pred - y) ** 2
loss.backward()

names = "W1 b1 W2 b2 x".split()
for name, a, p in zip(names, analytic(params, x, y), params + [x]):
    print(name, "analytic", a.numpy(), "autograd", p.grad.numpy(), "same:", torch.allclose(a, p.grad))

# Discussion
# Analytic and autograd gradients are identical for every parameter and the input.
