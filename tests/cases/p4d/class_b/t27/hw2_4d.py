import torch

######## experiment 1, h = 1 ########
torch.manual_seed(1)
x_1 = torch.tensor([0.5], requires_grad=True)
y_1 = torch.tensor([2.0])
W1_1 = torch.tensor([[0.9]], requires_grad=True)
b1_1 = torch.tensor([0.2], requires_grad=True)
W2_1 = torch.tensor([[-0.7]], requires_grad=True)
b2_1 = torch.tensor([0.1], requires_grad=True)
z1_1 = W1_1 @ x_1 + b1_1
a1_1 = torch.relu(z1_1)
yhat_1 = W2_1 @ a1_1 + b2_1 + x_1
L_1 = 0.5 * (yhat_1 - y_1) ** 2
L_1.backward()
e_1 = (yhat_1 - y_1).detach()
m_1 = (z1_1 > 0).float()
my_db2_1 = e_1
my_dW2_1 = e_1 * a1_1.detach().view(1, 1)
my_db1_1 = (W2_1.detach().view(-1) * e_1) * m_1
my_dW1_1 = my_db1_1.view(1, 1) * x_1.detach()
my_dx_1 = e_1 + (W1_1.detach().view(-1) * my_db1_1).sum()
print("h=1")
print("db2", my_db2_1, b2_1.grad)
print("dW2", my_dW2_1, W2_1.grad)
print("dW1", my_dW1_1, W1_1.grad)
print("db1", my_db1_1, b1_1.grad)
print("dx ", my_dx_1, x_1.grad)

######## experiment 2, h = 2 ########
torch.manual_seed(2)
x_2 = torch.tensor([-1.5], requires_grad=True)
y_2 = torch.tensor([1.0])
W1_2 = torch.tensor([[0.9], [-0.4]], requires_grad=True)
b1_2 = torch.tensor([0.2, 0.3], requires_grad=True)
W2_2 = torch.tensor([[-0.7, 1.1]], requires_grad=True)
b2_2 = torch.tensor([0.1], requires_grad=True)
z1_2 = W1_2 @ x_2 + b1_2
a1_2 = torch.relu(z1_2)
yhat_2 = W2_2 @ a1_2 + b2_2 + x_2
L_2 = 0.5 * (yhat_2 - y_2) ** 2
L_2.backward()
e_2 = (yhat_2 - y_2).detach()
m_2 = (z1_2 > 0).float()
my_db2_2 = e_2
my_dW2_2 = e_2 * a1_2.detach().view(1, 2)
my_db1_2 = (W2_2.detach().view(-1) * e_2) * m_2
my_dW1_2 = my_db1_2.view(2, 1) * x_2.detach()
my_dx_2 = e_2 + (W1_2.detach().view(-1) * my_db1_2).sum()
print("h=2")
print("db2", my_db2_2, b2_2.grad)
print("dW2", my_dW2_2, W2_2.grad)
print("dW1", my_dW1_2, W1_2.grad)
print("db1", my_db1_2, b1_2.grad)
print("dx ", my_dx_2, x_2.grad)

######## experiment 3, h = 3 random ########
torch.manual_seed(3)
x_3 = torch.randn(1, requires_grad=True)
y_3 = torch.randn(1)
W1_3 = torch.randn(3, 1, requires_grad=True)
b1_3 = torch.randn(3, requires_grad=True)
W2_3 = torch.randn(1, 3, requires_grad=True)
b2_3 = torch.randn(1, requires_grad=True)
z1_3 = W1_3 @ x_3 + b1_3
a1_3 = torch.relu(z1_3)
yhat_3 = W2_3 @ a1_3 + b2_3 + x_3
L_3 = 0.5 * (yhat_3 - y_3) ** 2
L_3.backward()
e_3 = (yhat_3 - y_3).detach()
m_3 = (z1_3 > 0).float()
my_db2_3 = e_3
my_dW2_3 = e_3 * a1_3.detach().view(1, 3)
my_db1_3 = (W2_3.detach().view(-1) * e_3) * m_3
my_dW1_3 = my_db1_3.view(3, 1) * x_3.detach()
my_dx_3 = e_3 + (W1_3.detach().view(-1) * my_db1_3).sum()
print("h=3")
print("db2", my_db2_3, b2_3.grad)
print("dW2", my_dW2_3, W2_3.grad)
print("dW1", my_dW1_3, W1_3.grad)
print("db1", my_db1_3, b1_3.grad)
print("dx ", my_dx_3, x_3.grad)

# left column: my formulas from (b). right column: pytorch. They are identical in all 3 experiments.
