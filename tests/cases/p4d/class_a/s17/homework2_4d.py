import torch
import numpy as np

# initialize
np.random.seed(3)
torch.manual_seed(3)
h = 6
x = torch.tensor(2.0)
y = torch.tensor(1.0)
w_1 = torch.randn(h, 1, requires_grad=True)
b_1 = torch.randn(h, 1, requires_grad=True)
w_2 = torch.randn(1, h, requires_grad=True)
b_2 = torch.randn(1, requires_grad=True)

# model
def model(x):
    z_1 = w_1 * x + b_1
    a_1 = torch.maximum(z_1, torch.zeros_like(z_1))
    y_pred = torch.mm(w_2, a_1) + b_2 + x
    return z_1, a_1, y_pred

z_1, a_1, y_pred = model(x)
loss = torch.mean(0.5 * (y_pred - y) ** 2)
loss.backward()

# my gradients
def my_gradients(z_1, a_1, y_pred):
    e = y_pred - y
    grad_b2 = e.view(1)
    grad_w2 = e * a_1.T
    grad_z1 = (w_2.T * e) * (z_1 > 0).type(torch.float32)
    grad_w1 = grad_z1 * x
    grad_b1 = grad_z1
    return grad_w1, grad_b1, grad_w2, grad_b2

grad_w1, grad_b1, grad_w2, grad_b2 = my_gradients(z_1, a_1, y_pred)

print("w1 diff:", torch.norm(grad_w1 - w_1.grad).item())
print("b1 diff:", torch.norm(grad_b1 - b_1.grad).item())
print("w2 diff:", torch.norm(grad_w2 - w_2.grad).item())
print("b2 diff:", torch.norm(grad_b2 - b_2.grad).item())

# The results show that the difference is (almost) 0 for all the parameters.
