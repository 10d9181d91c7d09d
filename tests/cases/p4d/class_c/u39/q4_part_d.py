import torch

torch.manual_seed(18)
h = 6
lr = 0.01

x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

def fwd():
    z1 = W1 @ x + b1
    a1 = torch.relu(z1)
    return z1, a1, W2 @ a1 + b2 + x

# ---------- gradient check ----------
z1, a1, y_hat = fwd()
L = 0.5 * (y_hat - y) ** 2
L.backward()
with torch.no_grad():
    delta = y_hat - y
    s = (z1 > 0).float()
    d_b2 = delta
    d_W2 = delta * a1.T
    d_b1 = delta * W2.T * s
    d_W1 = d_b1 * x
    d_x = delta * (1 + (W2.T * s * W1).sum())
print("b2", (d_b2 - b2.grad).abs().max().item())
print("W2", (d_W2 - W2.grad).abs().max().item())
print("b1", (d_b1 - b1.grad).abs().max().item())
print("W1", (d_W1 - W1.grad).abs().max().item())
print("x ", (d_x - x.grad).abs().max().item())

# ---------- short training, to see that the loss goes down ----------
losses = []
epoch = 0
while epoch < 500:
    for p in (W1, b1, W2, b2):
        p.grad.zero_()
    z1, a1, y_hat = fwd()
    L = 0.5 * (y_hat - y) ** 2
    L.backward()
    with torch.no_grad():
        for p in (W1, b1, W2, b2):
            p -= lr * p.grad
    if epoch % 100 == 99:
        losses.append(L.item())
print(losses)
