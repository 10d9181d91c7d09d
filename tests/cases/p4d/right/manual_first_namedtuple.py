from collections import namedtuple
import torch

Grads = namedtuple("Grads", "dW1 db1 dW2 db2 dx")

def forward(x, W1, b1, W2, b2):
    z1 = W1 * x + b1          # x is (1,), W1 is (h,1), b1 is (h,1)
    a1 = z1 * (z1 > 0)
    return z1, a1, (W2 @ a1).squeeze() + b2 + x.squeeze()

def analytical(x, y, W1, b1, W2, b2):
    z1, a1, yhat = forward(x, W1, b1, W2, b2)
    e = yhat - y
    d1 = W2.T * e * (z1 > 0)
    return Grads(dW1=d1 * x, db1=d1, dW2=e * a1.T, db2=e, dx=e + (W1 * d1).sum())

torch.manual_seed(17)
h = 5
W1 = torch.randn(h, 1)
b1 = torch.randn(h, 1)
W2 = torch.randn(1, h)
b2 = torch.randn(())
x = torch.randn(1)
y = torch.randn(())

# 1) my formulas, no autograd involved: nothing requires grad yet
hand = analytical(x, y, W1, b1, W2, b2)

# 2) autograd
for t in (W1, b1, W2, b2, x):
    t.requires_grad_(True)
*_, yhat = forward(x, W1, b1, W2, b2)
loss = (yhat - y) ** 2 / 2
loss.backward()
auto = Grads(W1.grad, b1.grad, W2.grad, b2.grad, x.grad)

# 3) compare
for f in Grads._fields:
    m, a = getattr(hand, f), getattr(auto, f)
    print(f, "\n  manual  ", m.flatten().tolist(), "\n  autograd", a.flatten().tolist())
    assert torch.allclose(m.flatten(), a.flatten(), rtol=1e-4, atol=1e-6), f
print("everything matches")
