import torch

torch.manual_seed(9)
h, lr, steps = 8, 0.01, 60
x = torch.tensor([0.75], requires_grad=True)
y = torch.tensor([4.0])
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.zeros(1, requires_grad=True)

for step in range(steps):
    for p in (W1, b1, W2, b2, x):
        p.grad = None
    z1 = (W1 * x).squeeze(1) + b1
    a1 = z1.relu()
    y_hat = (W2 * a1).sum(dim=1) + b2 + x
    loss = 0.5 * (y_hat - y).pow(2).sum()
    loss.backward()

    with torch.no_grad():
        e = y_hat - y
        s = (z1 > 0).float()
        db2 = e
        dW2 = (e * a1).unsqueeze(0)
        db1 = e * W2.squeeze(0) * s
        dW1 = (db1 * x).unsqueeze(1)
        dx = e + e * (W2.squeeze(0) * s * W1.squeeze(1)).sum()

        if step % 10 == 0:
            m = max((db2 - b2.grad).abs().max(), (dW2 - W2.grad).abs().max(),
                    (db1 - b1.grad).abs().max(), (dW1 - W1.grad).abs().max(),
                    (dx - x.grad).abs().max())
            print(f"step {step:3d}  loss {loss.item():.5f}  max gradient difference {m.item():.2e}")

        # update with MY gradients (not with autograd)
        W1 -= lr * dW1
        b1 -= lr * db1
        W2 -= lr * dW2
        b2 -= lr * db2

print("final loss", loss.item())
