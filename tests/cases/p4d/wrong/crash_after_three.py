import torch

torch.manual_seed(1999)
dim = 6

x = torch.randn((), requires_grad=True)
y = torch.randn(())
W1 = torch.randn(dim, 1, requires_grad=True)
b1 = torch.randn(dim, requires_grad=True)
W2 = torch.randn(1, dim, requires_grad=True)
b2 = torch.randn((), requires_grad=True)

z1 = W1.squeeze(1) * x + b1
a1 = torch.relu(z1)
y_hat = (W2 @ a1).squeeze() + b2 + x
loss = (y_hat - y) ** 2
loss.backward()

with torch.no_grad():
    dy = 2 * (y_hat - y)

    db2 = dy
    print("db2 diff:", (db2 - b2.grad).abs().item())

    dW2 = dy * a1.unsqueeze(0)
    print("dW2 diff:", (dW2 - W2.grad).abs().max().item())

    db1 = dy * W2.squeeze(0) * (z1 > 0)
    print("db1 diff:", (db1 - b1.grad).abs().max().item())

    dW1 = db1.unsqueeze(1) @ x
    print("dW1 diff:", (dW1 - W1.grad).abs().max().item())

    dx = dy + db1 @ W1.squeeze(1)
    print("dx diff:", (dx - x.grad).abs().item())
