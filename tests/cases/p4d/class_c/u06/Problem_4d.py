import torch

def model(x, W1, b1, W2, b2):
    pre = W1 * x + b1
    hid = pre.clamp(min=0)
    out = (W2 * hid.T).sum() + b2 + x
    return pre, hid, out

def analytic(x, y, W1, b1, W2, b2):
    pre, hid, out = model(x, W1, b1, W2, b2)
    err = out - y
    mask = (pre > 0).double()
    back = W2.T * err
    g = {}
    g["b2"] = err
    g["W2"] = err * hid.T
    g["W1"] = back * mask * x
    g["b1"] = back
    g["x"] = err * (1 + (W2.T * mask * W1).sum())
    return g

torch.manual_seed(3)
h = 7
W1 = torch.randn(h, 1).double().requires_grad_()
b1 = torch.randn(h, 1).double().requires_grad_()
W2 = torch.randn(1, h).double().requires_grad_()
b2 = torch.randn(()).double().requires_grad_()
x = torch.tensor(0.9).double().requires_grad_()
y = torch.tensor(-0.3).double()

_, _, out = model(x, W1, b1, W2, b2)
loss = 0.5 * (out - y) ** 2
gW1, gb1, gW2, gb2, gx = torch.autograd.grad(loss, [W1, b1, W2, b2, x])

with torch.no_grad():
    mine = analytic(x, y, W1, b1, W2, b2)

print("W1", torch.norm(gW1 - mine["W1"]).item())
print("b1", torch.norm(gb1 - mine["b1"]).item())
print("W2", torch.norm(gW2 - mine["W2"]).item())
print("b2", torch.norm(gb2 - mine["b2"]).item())
print("x ", torch.norm(gx - mine["x"]).item())
