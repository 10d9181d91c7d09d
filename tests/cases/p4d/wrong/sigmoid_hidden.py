import torch

def sigmoid(t):
    return 1 / (1 + torch.exp(-t))

torch.manual_seed(10)
h = 4
x = torch.randn(1, requires_grad=True)
y = torch.randn(1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.zeros(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.zeros(1, requires_grad=True)

a = sigmoid(W1 @ x + b1)
y_pred = W2 @ a + b2 + x
loss = 0.5 * ((y_pred - y) ** 2).sum()
loss.backward()

delta2 = (y_pred - y).detach()
delta1 = (W2.detach().squeeze(0) * delta2) * (a * (1 - a)).detach()

grads = [
    ("W1", torch.ger(delta1, x.detach()), W1.grad),
    ("b1", delta1, b1.grad),
    ("W2", torch.ger(delta2, a.detach()), W2.grad),
    ("b2", delta2, b2.grad),
    ("x", delta2 + W1.detach().t() @ delta1, x.grad),
]
for n, m, g in grads:
    assert m.shape == g.shape, n
    assert torch.allclose(m, g, atol=1e-7), n
    print("gradient of", n, "verified, max error", (m - g).abs().max().item())
