import torch
import numpy as np

torch.manual_seed(31)

h = 6
x = torch.randn(1, 1, requires_grad=True)
y = torch.randn(1, 1)
W1 = torch.randn(h, 1, requires_grad=True)
b1 = torch.randn(h, 1, requires_grad=True)
W2 = torch.randn(1, h, requires_grad=True)
b2 = torch.randn(1, 1, requires_grad=True)

# forward pass
z1 = W1 @ x + b1
a1 = torch.relu(z1)
y_hat = W2 @ a1 + b2 + x
L = torch.sum(0.5 * (y_hat - y) ** 2)

# autograd
L.backward()
print("loss", L.item())

# gradients by hand, in numpy
e = (y_hat - y).detach().numpy()
s = (z1 > 0).float().numpy()
W2_np = W2.detach().numpy()

gb2 = e
gW2 = e @ a1.detach().numpy().T
gb1 = (W2_np.T @ e) * s
gW1 = gb1 @ x.numpy().T
gx = e + W1.detach().numpy().T @ gb1

# comparison
print("b2", np.abs(gb2 - b2.grad.numpy()).max())
print("W2", np.abs(gW2 - W2.grad.numpy()).max())
print("b1", np.abs(gb1 - b1.grad.numpy()).max())
print("W1", np.abs(gW1 - W1.grad.numpy()).max())
print("x", np.abs(gx - x.grad.numpy()).max())
