# HW1 Q4 d)  gradients with numpy vs torch
import numpy as np
import torch

np.random.seed(7)
h = 5
x = 0.8
y = -1.0
W1 = np.random.randn(h, 1)
b1 = np.random.randn(h)
W2 = np.random.randn(1, h)
b2 = np.random.randn()

# forward in numpy
z1 = np.dot(W1, np.array([x])) + b1      # (h,)
a1 = np.maximum(z1, 0)
yhat = np.dot(W2, a1)[0] + b2 + x
L = 0.5 * (yhat - y) ** 2
print("loss numpy", L)

# backward by hand
e = yhat - y
s = (z1 > 0) * 1.0
db2 = e
dW2 = e * a1.reshape(1, h)
dz1 = W2.T * e * s
dW1 = dz1 * x
db1 = dz1
dx = e + np.sum(W1 * dz1)

# torch
tx = torch.tensor(x, dtype=torch.float64, requires_grad=True)
tW1 = torch.tensor(W1, requires_grad=True)
tb1 = torch.tensor(b1, requires_grad=True)
tW2 = torch.tensor(W2, requires_grad=True)
tb2 = torch.tensor(b2, requires_grad=True)
tz = tW1[:, 0] * tx + tb1
ta = torch.relu(tz)
tyhat = torch.dot(tW2[0], ta) + tb2 + tx
tL = 0.5 * (tyhat - y) ** 2
tL.backward()
print("loss torch", tL.item())

print("db2 diff", np.abs(db2 - tb2.grad.numpy()).max())
print("dW2 diff", np.abs(dW2 - tW2.grad.numpy()).max())
print("dW1 diff", np.abs(dW1 - tW1.grad.numpy()).max())
print("db1 diff", np.abs(db1 - tb1.grad.numpy()).max())
print("dx  diff", np.abs(dx - tx.grad.numpy()).max())
