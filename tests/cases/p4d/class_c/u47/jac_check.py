import torch
from torch.autograd.functional import jacobian

torch.manual_seed(20)

h = 7


def loss(W1, b1, W2, b2, x, y):
    z1 = W1 * x + b1                      # (h,1)
    a1 = torch.relu(z1)
    yhat = W2 @ a1 + b2 + x               # (1,1)
    return 0.5 * (yhat - y).pow(2).sum()


def analytical(W1, b1, W2, b2, x, y):
    z1 = W1 * x + b1
    a1 = torch.relu(z1)
    e = W2 @ a1 + b2 + x - y
    dLdz1 = torch.zeros_like(z1)
    on = z1 > 0
    dLdz1[on] = (e * W2.T)[on]
    return dLdz1 * x, dLdz1, e * a1.T, e, e * (1 + W2[:, on.flatten()] @ W1[on.flatten()])


W1 = torch.randn(h, 1)
b1 = torch.randn(h, 1)
W2 = torch.randn(1, h)
b2 = torch.randn(1, 1)
x = torch.randn(1, 1)
y = torch.randn(1, 1)

# the loss is a scalar, so its "jacobian" is the gradient (computed by autograd)
auto = jacobian(lambda *p: loss(*p, y), (W1, b1, W2, b2, x))
hand = analytical(W1, b1, W2, b2, x, y)

ok = True
for name, g_auto, g_hand in zip(["W1", "b1", "W2", "b2", "x"], auto, hand):
    same = torch.isclose(g_auto, g_hand, rtol=1e-4, atol=1e-6).all().item()
    ok = ok and same
    print(f"{name}: {'agree' if same else 'differ'}")
print("verified" if ok else "not verified")
